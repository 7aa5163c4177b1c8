//! HTTP: routes, wire types, the web page; the only place that knows HTTP.
