//! nianbao (年报): archives of scraped Chinese government information disclosure annual reports in, a checked dataset
//! out.
//!
//! | stage | takes | gives |
//! | --- | --- | --- |
//! | [`walk`] | a folder | its files, sorted |
//! | [`decode`] | bytes | text, tables marked in it |
//! | [`convert`] | text | Simplified text without pinyin |
//! | [`extract`] | text | figures, title, body, year |
//! | [`check`] | figures | accounting identities, three results |
//! | [`columnar`] | reports | long and wide frames, rollups |
//! | [`publish`] | frames | Parquet, CSV; staged, gated, promoted |
//!
//! [`place`] resolves a body to its division code, [`run`] is the whole flow, [`synth`] invents archives.

pub mod fold;
pub mod form;
pub mod model;
pub mod pipeline;
pub mod written;

pub mod convert;
pub mod decode;
pub mod walk;

pub mod check;
pub mod extract;
pub mod place;

pub mod columnar;
pub mod publish;

pub mod run;

pub mod synth;
