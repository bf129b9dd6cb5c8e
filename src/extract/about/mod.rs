//! What a report says of itself outside its tables: whose it is, of which year, when it was published, whom to ask.

pub mod body;
pub mod dated;
pub mod fields;
pub mod head;
pub mod named;
pub mod period;
pub mod preamble;
pub mod recognise;
pub mod signature;
pub mod telephone;
pub mod title;
pub mod values;
pub mod website;
pub mod whose;
pub mod year;
