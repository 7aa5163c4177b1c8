//! Text to unit vector, and which model made it.
