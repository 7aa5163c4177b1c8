//! Messages into conversations.
