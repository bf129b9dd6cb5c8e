//! A text as one stream of items: labels, figures, blanks, words and the ends of rows, however its cells are divided.

pub mod atoms;
pub mod cells;
pub mod clauses;
pub mod continued;
pub mod counted;
pub mod divider;
pub mod figure;
pub mod glossed;
pub mod joined;
pub mod labels;
pub mod marked;
pub mod padding;
pub mod spaced;
pub mod stacked;
pub mod tabbed;
pub mod wrapped;
pub mod yearly;
