//! The command line: commands, exit codes, progress and logs.

use std::collections::HashMap;
use std::io::{ErrorKind, IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Parser, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use nianbao::model::{CELL_END, ROW_END};
use nianbao::pipeline::{self, Pipeline};
use nianbao::publish::{PublishError, morning};
use nianbao::run::{self, Progress, RunError, Tools};
use nianbao::place::{Gazetteer, Place};
use nianbao::{decode, extract, form, synth};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// The run is done and published.
const DONE: u8 = 0;
/// The gate refused: nothing was published.
const REFUSED: u8 = 1;
/// It could not run, or could not write what it was asked for.
const FAILED: u8 = 2;
/// Another run holds the dataset.
const LOCKED: u8 = 3;
/// A signal stopped it: nothing was published.
const STOPPED: u8 = 4;

/// Archives of government information disclosure annual reports in, a checked dataset out.
/// 政府信息公开工作年度报告存档 → 经过核对的数据集
#[derive(Parser)]
#[command(version, verbatim_doc_comment)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read an archive and publish the dataset · 读取存档并发布数据集
    Run {
        /// The pipeline file, as pipelines/township.toml · 流水线文件
        pipeline: PathBuf,
        /// The archive, instead of the one in the pipeline file · 存档文件夹，代替流水线文件所指
        #[arg(long, value_name = "DIR")]
        archive: Option<PathBuf>,
        /// Where the dataset goes, instead of the place in the pipeline file · 数据集的位置，代替流水线文件所指
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Read every file anew, also those that did not change · 重读全部文件，没有变动的也读
        #[arg(long)]
        full: bool,
        /// Look only at files that match this glob below the archive (may be repeated); needs an --out of its own · 只看符合通配式的文件（可写多次），须另写 --out
        #[arg(long, value_name = "GLOB")]
        only: Vec<String>,
        /// Look only at files changed on or after this day (2026-01-31, in UTC); needs an --out of its own · 只看该日（UTC）及以后有变动的文件，须另写 --out
        #[arg(long, value_name = "DATE", value_parser = day)]
        since: Option<i64>,
        /// Say nothing but errors and reasons for a refusal · 只显示错误和拒绝发布的理由
        #[arg(long)]
        quiet: bool,
        /// How log lines are written to standard error · 标准错误输出中日志的格式
        #[arg(long, value_enum, default_value_t = LogFormat::Text)]
        log_format: LogFormat,
    },
    /// Let a dataset show the version before the present one · 让数据集退回上一版
    Rollback {
        /// The dataset; the one of the pipeline file by default · 数据集，默认为流水线文件所指
        dataset: Option<PathBuf>,
        /// The pipeline file · 流水线文件
        #[arg(long, default_value = "pipelines/township.toml")]
        pipeline: PathBuf,
    },
    /// List what differs between two datasets, as CSV · 列出两份数据集的差异（CSV）
    Diff {
        /// The older dataset, as out/dataset.versions/000011 · 旧数据集
        old: PathBuf,
        /// The newer one, as out/dataset · 新数据集
        new: PathBuf,
    },
    /// Check a pipeline's definitions and list every fault · 检查定义文件和数据文件，列出全部错误
    Lint {
        /// The pipeline file, as pipelines/township.toml · 流水线文件
        pipeline: PathBuf,
    },
    /// Print what a stage made of one file · 显示某一步对一个文件的结果
    Show {
        /// The stage whose result is printed · 步骤
        #[arg(value_enum)]
        stage: Stage,
        /// The file, or a member of a container (a.zip!b.txt) · 文件，或压缩包内的文件
        file: PathBuf,
        /// The pipeline file · 流水线文件
        #[arg(long, default_value = "pipelines/township.toml")]
        pipeline: PathBuf,
    },
    /// List unknown labels of a dataset by count, in the shape of labels.csv · 按次数列出未知标签
    Labels {
        /// The dataset that a run published, as out/dataset · 数据集
        dataset: PathBuf,
        /// The pipeline file: what its form has as labels is left out · 流水线文件，其格式已有的标签不列出
        #[arg(long, default_value = "pipelines/township.toml")]
        pipeline: PathBuf,
    },
    /// Write an archive of invented reports with known figures · 生成虚构年报
    Synth {
        /// The folder that gets `archive` and `truth.jsonl` · 存放位置
        out: PathBuf,
        /// How many files: reports, and a few other pages · 文件数（年报和少数其他网页）
        #[arg(long, default_value_t = 1000)]
        reports: usize,
        /// The same seed gives the same archive · 随机种子，相同则存档相同
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Layouts, comma-separated; all by default · 版式，以逗号分隔，默认全部
        #[arg(long, value_delimiter = ',')]
        layouts: Vec<String>,
        /// Single faults, comma-separated; `each` spreads all of them; none by default · 混入的差错，以逗号分隔，默认没有
        #[arg(long, value_delimiter = ',')]
        faults: Vec<String>,
        /// Only figures of one kind: zeros, small, or primes (distinct, none of them zero); mixed by default · 数字种类，默认混用
        #[arg(long, default_value = "")]
        figures: String,
        /// Share of reports in Traditional script · 繁体所占比例
        #[arg(long, default_value_t = 0.1, value_parser = share)]
        traditional: f64,
        /// Share of files in GB18030 · GB18030 编码所占比例
        #[arg(long, default_value_t = 1.0 / 6.0, value_parser = share)]
        gb18030: f64,
        /// Share of reports that never name the regions above their body · 不写上级区划的年报所占比例
        #[arg(long, default_value_t = 0.0, value_parser = share)]
        bare: f64,
        /// The pipeline file · 流水线文件
        #[arg(long, default_value = "pipelines/township.toml")]
        pipeline: PathBuf,
    },
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Stage {
    /// The text of the file, with cell marks · 解码后的文本，带单元格标记
    Decode,
    /// In Simplified script, without pinyin notes · 转为简体，去掉拼音注音
    Convert,
    /// The items that the reader sees · 程序看到的各项
    Atoms,
    /// Which edition, which label claims which cells · 标签与单元格的对应
    Alignment,
    /// Every cell with its status, then the problems · 各单元格及其状态，然后是问题
    Extract,
    /// Every check with both sides · 每条核对及其左右两边
    Check,
}

pub fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|e| wrong_arguments(&e));
    let mut voice = Voice { json: false, quiet: false };
    let result = match cli.command {
        Command::Run { pipeline, archive, out, full, only, since, quiet, log_format } => {
            voice = Voice { json: log_format == LogFormat::Json, quiet };
            logs(log_format);
            command_run(&pipeline, Choices { archive, out, full, only, since }, voice)
        }
        Command::Diff { old, new } => command_diff(&old, &new),
        Command::Rollback { dataset, pipeline } => command_rollback(dataset, &pipeline),
        Command::Lint { pipeline } => command_lint(&pipeline),
        Command::Show { stage, file, pipeline } => command_show(stage, &file, &pipeline),
        Command::Labels { dataset, pipeline } => command_labels(&dataset, &pipeline),
        Command::Synth { out, reports, seed, layouts, faults, figures, traditional, gb18030, bare, pipeline } => {
            let options = synth::Options { reports, seed, layouts, faults, figures, traditional, gb18030, bare, ..Default::default() };
            command_synth(&pipeline, &out, &options)
        }
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(e) => {
            voice.complain(&e.to_string());
            ExitCode::from(code_of(&e))
        }
    }
}

/// Arguments that cannot be understood, or a question for help: said to people, or as a log line where such are wanted.
fn wrong_arguments(error: &clap::Error) -> ! {
    let wanted: Vec<_> = std::env::args().skip_while(|a| !a.starts_with("--log-format")).take(2).collect();
    if !error.use_stderr() || wanted.join("=") != "--log-format=json" && wanted.first().is_none_or(|a| a != "--log-format=json") {
        error.exit();
    }
    logs(LogFormat::Json);
    Voice { json: true, quiet: false }.complain(error.to_string().trim_end());
    std::process::exit(i32::from(FAILED))
}

/// How a run speaks on standard error: lines for people, or log lines for machines and nothing else.
#[derive(Clone, Copy)]
struct Voice {
    json: bool,
    quiet: bool,
}

impl Voice {
    /// An error, which is said in any case.
    fn complain(self, message: &str) {
        if self.json {
            tracing::error!("{message}");
        } else {
            note(&format!("nianbao: {message}"));
        }
    }

    /// How far it is; its log lines are written where that is told.
    fn tell(self, message: &str) {
        if !self.json && !self.quiet {
            note(message);
        }
    }
}

/// A line on standard error, unless that is closed: then nobody is there to be told.
fn note(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn logs(format: LogFormat) {
    // People get the summary on standard output; log lines are for machines.
    if format == LogFormat::Json {
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).log_internal_errors(false).json();
        // Libraries have a word for every odd tag of an archive's pages; among a million of them the run's own would drown.
        let own = Targets::new().with_target(env!("CARGO_PKG_NAME"), tracing::Level::INFO);
        tracing_subscriber::registry().with(lines.with_filter(own)).init();
        std::panic::set_hook(Box::new(|panic| tracing::warn!("a fault of this program: {panic}")));
    }
}

/// A bar on a terminal, a line now and then elsewhere.
struct Bar {
    bar: Option<ProgressBar>,
    voice: Voice,
    done: std::sync::atomic::AtomicUsize,
    total: std::sync::atomic::AtomicUsize,
    /// Raised by a signal.
    stop: Arc<AtomicBool>,
}

impl Bar {
    fn new(voice: Voice) -> Bar {
        let bar = (!voice.quiet && !voice.json && std::io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template("{bar:30} {human_pos}/{human_len} files  {per_sec}  {eta} left").expect("the template is right");
            ProgressBar::new(0).with_style(style)
        });
        Bar { bar, voice, done: 0.into(), total: 0.into(), stop: Arc::default() }
    }
}

impl Progress for Bar {
    fn walked(&self, files: usize) {
        self.total.store(files, std::sync::atomic::Ordering::Relaxed);
        tracing::info!(files, "walked");
        match &self.bar {
            Some(bar) => bar.set_length(files as u64),
            None => self.voice.tell(&format!("{files} files walked")),
        }
    }

    fn found(&self, files: usize) {
        self.total.fetch_add(files, std::sync::atomic::Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.inc_length(files as u64);
        }
    }

    fn stop(&self) -> bool {
        self.stop.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn read(&self, files: usize) {
        let done = self.done.fetch_add(files, std::sync::atomic::Ordering::Relaxed) + files;
        match &self.bar {
            Some(bar) => bar.inc(files as u64),
            None if done % 100_000 == 0 => self.voice.tell(&format!("{done} of {} files read", self.total.load(std::sync::atomic::Ordering::Relaxed))),
            None => {}
        }
    }
}

/// What the command line says about a run beside the pipeline file.
struct Choices {
    archive: Option<PathBuf>,
    out: Option<PathBuf>,
    full: bool,
    only: Vec<String>,
    since: Option<i64>,
}

fn code_of(error: &RunError) -> u8 {
    match error {
        RunError::Publish(PublishError::Locked { .. }) => LOCKED,
        RunError::Stopped => STOPPED,
        _ => FAILED,
    }
}

fn command_run(file: &Path, choices: Choices, voice: Voice) -> Result<u8, RunError> {
    let pipeline = loaded(file).map_err(|fault| {
        // Whoever watches the metrics must not go on reading those of the night before.
        run::write_failed_metrics(file, FAILED).unwrap_or_else(|e| voice.complain(&e.to_string()));
        fault
    })?;
    let pipeline = chosen(pipeline, choices)?;
    let bar = Bar::new(voice);
    stop_on_signals(&bar.stop).map_err(|e| RunError::Setup(format!("signals cannot be caught: {e}")))?;
    let result = run::run(&pipeline, &bar);
    if let Some(bar) = &bar.bar {
        bar.finish_and_clear();
    }
    let code = match &result {
        Ok(summary) if summary.refusals.is_empty() => DONE,
        Ok(_) => REFUSED,
        Err(e) => code_of(e),
    };
    // The figures of the run that holds the lock are not this one's to overwrite.
    let told = if code == LOCKED { Ok(()) } else { run::write_metrics(&pipeline, result.as_ref().ok(), code) };
    let [unwritten, failed] = [told.as_ref().err(), result.as_ref().err()].map(|e| e.map(ToString::to_string));
    // Where metrics may not lie the run itself says so.
    if let Some(e) = unwritten.filter(|e| failed.as_ref() != Some(e)) {
        voice.complain(&e);
    }
    report(&result?, voice);
    // A dataset that is published stays so, but what watches the runs must hear that its figures are old.
    Ok(if told.is_err() && code == DONE { FAILED } else { code })
}

/// The pipeline file, whose folders are there.
fn loaded(file: &Path) -> Result<Pipeline, RunError> {
    let pipeline = Pipeline::load(file).map_err(RunError::Setup)?;
    pipeline.folders().map_err(RunError::Setup)?;
    Ok(pipeline)
}

/// The pipeline as the command line changes it.
fn chosen(mut pipeline: Pipeline, choices: Choices) -> Result<Pipeline, RunError> {
    let partial = !choices.only.is_empty() || choices.since.is_some();
    if partial && choices.out.as_ref().is_none_or(|out| here(out) == pipeline.publish.out) {
        return Err(RunError::Setup("--only and --since look at a part of the archive: name an --out of its own, so that the dataset does not shrink to that part".into()));
    }
    if let Some(archive) = choices.archive {
        pipeline.archive.root = here(&archive);
    }
    if let Some(out) = choices.out {
        pipeline.publish.out = here(&out);
    }
    (pipeline.full, pipeline.archive.only, pipeline.archive.since) = (choices.full, choices.only, choices.since);
    Ok(pipeline)
}

/// Says what a run did: people read it on standard output, or hear of what is wrong alone.
fn report(summary: &run::Summary, voice: Voice) {
    summary.warnings.iter().for_each(|warning| tracing::warn!(warning, "an expectation warns"));
    let (refusals, warnings) = (summary.refusals.len(), summary.warnings.len());
    tracing::info!(reports = summary.reports, files = summary.walked, seconds = summary.seconds, refusals, warnings, dataset = %summary.dataset.display(), "done");
    // The run is done, whoever reads of it: its code says what became of the dataset.
    if !voice.quiet && let Err(e) = say(&format!("{summary}\n")) {
        voice.complain(&e.to_string());
    }
    if voice.json {
        summary.refusals.iter().for_each(|refusal| tracing::error!(refusal, "refused"));
    } else if voice.quiet && refusals > 0 {
        summary.refusals.iter().for_each(|refusal| note(&format!("nianbao: refused 拒绝发布: {}", morning::in_both(refusal))));
        note(&format!("nianbao: {}", summary.kept_aside()));
    }
}

fn here(path: &Path) -> PathBuf {
    pipeline::plain(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()))
}

/// SIGTERM, SIGINT and SIGHUP raise the flag; the second of them ends the process at once. What it leaves behind is a
/// staging folder that the next run removes.
fn stop_on_signals(stop: &Arc<AtomicBool>) -> std::io::Result<()> {
    for signal in [SIGTERM, SIGINT, SIGHUP] {
        signal_hook::flag::register_conditional_shutdown(signal, i32::from(STOPPED), stop.clone())?;
        signal_hook::flag::register(signal, stop.clone())?;
    }
    Ok(())
}

/// A share: from 0 to 1.
fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|v| (0.0..=1.0).contains(v)).ok_or_else(|| format!("«{text}» is no share; write a number from 0 to 1"))
}

/// `2026-01-31` as nanoseconds since 1970.
fn day(text: &str) -> Result<i64, String> {
    let days = nianbao::publish::days(text).ok_or_else(|| format!("«{text}» is no day; write it as 2026-01-31"))?;
    // Files have times from 1677 to 2262; before and after them lie all of them, and none.
    Ok(days.saturating_mul(86_400_000_000_000))
}

fn command_diff(old: &Path, new: &Path) -> Result<u8, RunError> {
    let changes = run::diff(old, new)?;
    let mut out = csv::Writer::from_writer(Vec::new());
    let number = |v: Option<f64>| v.map_or_else(String::new, |v| v.to_string());
    let text = |v: &Option<String>| v.clone().unwrap_or_default();
    let header = ["kind", "body", "division_code", "year", "indicator", "old", "new", "why", "report_id", "path"].map(String::from);
    let rows = changes.rows.iter().map(|c| {
        let year = c.year.map_or_else(String::new, |y| y.to_string());
        [c.kind.into(), text(&c.body), text(&c.division_code), year, text(&c.indicator), number(c.old), number(c.new), c.why.into(), text(&c.report_id), text(&c.path)]
    });
    for row in std::iter::once(header).chain(rows) {
        out.write_record(&row).map_err(|e| RunError::Setup(e.to_string()))?;
    }
    say(&String::from_utf8_lossy(&out.into_inner().map_err(|e| RunError::Setup(e.to_string()))?))?;
    for (kind, n) in &changes.totals {
        note(&format!("{n:>8} {kind}"));
    }
    note(&format!("{:>8} figures that both give, {} of them differ", changes.compared, changes.differing));
    note(&format!("{:>8} figures of files that are still there as they were, {} of them no longer given", changes.given, changes.lost));
    Ok(DONE)
}

fn command_rollback(dataset: Option<PathBuf>, pipeline: &Path) -> Result<u8, RunError> {
    let target = match dataset {
        Some(dataset) => here(&dataset),
        None => Pipeline::load(pipeline).map_err(RunError::Setup)?.publish.out,
    };
    if !std::fs::symlink_metadata(&target).is_ok_and(|m| m.is_symlink()) {
        return Err(RunError::Setup(format!("{}: no dataset is there; name the link that a run made, as out/dataset", target.display())));
    }
    let (back, finished) = run::roll_back(&target)?;
    say(&format!("{} now shows version {:06}, finished {finished}, instead of {:06} · 已从第 {} 版退回第 {} 版\n", target.display(), back.to, back.from, back.from, back.to))?;
    say(&format!("version {:06} is kept beside it; a run over the same files publishes them anew, so mend the cause before the next one\n", back.from))?;
    Ok(DONE)
}

fn command_lint(pipeline: &Path) -> Result<u8, RunError> {
    let pipeline = loaded(pipeline)?;
    let form = form::load(&pipeline.form.folder).map_err(|faults| Tools::beside(&pipeline, RunError::Form(faults)))?;
    let tools = Tools::new(&pipeline, &form)?;
    say(&format!(
        "{}: {} editions, {} labels, {} indicators, {} identities, {} overrides; no fault\n",
        form.name, form.editions.len(), form.labels.len(), form.indicators.len(), form.identities.len(), tools.overrides.len()
    ))?;
    if !tools.overrides.there() {
        say(&format!("{} is not there: nothing is corrected · 没有人工更正文件，不作更正\n", pipeline.overrides().display()))?;
    }
    Ok(DONE)
}

fn command_show(stage: Stage, file: &Path, pipeline: &Path) -> Result<u8, RunError> {
    let pipeline = loaded(pipeline)?;
    let form = form::load(&pipeline.form.folder).map_err(RunError::Form)?;
    let tools = Tools::new(&pipeline, &form)?;
    let document = run::document(&tools, file)?;
    if matches!(stage, Stage::Extract | Stage::Check) {
        return say(&show_read(&form, &document.read(&tools), stage)).map(|()| DONE);
    }
    let decoded = decode::decode(&document.source.path, document.bytes, &tools.limits).map_err(|p| RunError::Setup(format!("{}: {}", p.code, p.message)))?;
    let marked = |t: &str| t.replace(CELL_END, "␟").replace(ROW_END, "␞");
    if stage == Stage::Decode {
        let text = format!("format {} · encoding {} · {} replaced\n{}\n", decoded.format, decoded.encoding, decoded.replaced, marked(&decoded.text));
        return say(&text).map(|()| DONE);
    }
    let text = tools.converter.convert(decoded.text.clone());
    let shown = match stage {
        Stage::Atoms => extract::show_atoms(&tools.extractor, &text),
        Stage::Alignment => extract::show_alignment(&tools.extractor, &text),
        _ => format!("script {} · {} pinyin notes\n{}\n", text.script.name(), text.pinyin, marked(&text.text)),
    };
    say(&shown).map(|()| DONE)
}

fn show_read(form: &form::Form, read: &nianbao::model::Read, stage: Stage) -> String {
    let mut out = format!("{} {}\n", read.file.outcome.name(), read.file.reason);
    if let Some(r) = &read.report {
        let or_none = |words: Option<&str>| words.unwrap_or("none").to_string();
        let (body, level, year) = (or_none(r.body.as_deref()), or_none(r.level), r.year.map_or_else(|| "none".into(), |y| y.to_string()));
        let detail = r.detail.clone().unwrap_or_default();
        let tables: Vec<String> = form::TABLES.iter().zip(&r.shape.form_tables).map(|(t, key)| format!("{t} {}", or_none(key.as_deref()))).collect();
        out += &format!("title {}\nbody {body} · level {level} · year {year} · form {} ({}) · {} · {} of {} cells\n", or_none(detail.title.as_deref()), r.shape.form, tables.join(", "), r.status, r.cells_found, r.cells_expected);
        out += &format!("place {} · {}\n", or_none(r.place.division_code.as_deref()), if detail.evidence.is_empty() { "no evidence".into() } else { detail.evidence.join("; ") });
    }
    for f in read.figures.iter().filter(|_| stage == Stage::Extract) {
        let value = f.value.map_or_else(String::new, |v| v.to_string());
        out += &format!("{:>5}  {:<44} {:<10} {value:>10}  {}\n", f.line, form.indicators[f.indicator as usize].name, f.status.name(), if f.raw.is_empty() { String::new() } else { format!("«{}»", f.raw.replace('\n', "↵").replace('\t', "⇥")) });
    }
    for c in read.checks.iter().filter(|_| stage == Stage::Check) {
        let name = form.identities.get(c.identity as usize).map_or_else(|| nianbao::model::TEXT_CHECKS[c.identity as usize - form.identities.len()], |d| &d.name);
        let sign = form.identities.get(c.identity as usize).map_or("=", |d| if d.relation == form::Relation::AtMost { "≤" } else { "=" });
        let side = |v: Option<f64>| v.map_or_else(|| "?".into(), |v| v.to_string());
        let (left, right) = (side(c.left), side(c.right));
        out += format!("{name:<40} {:<13} {left:>8} {sign} {right:<8} {}", c.result.name(), c.blame.map_or("", |b| b.name())).trim_end();
        out.push('\n');
    }
    for p in &read.problems {
        out += &format!("{:>5}  {} «{}»: {}\n", p.line, p.code, p.text, p.message);
    }
    out
}

/// Writes to standard output; a reader that closed it early (`| head`) is no fault.
///
/// # Errors
/// It cannot be written otherwise, as on a full disk.
fn say(text: &str) -> Result<(), RunError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(RunError::Setup(format!("standard output could not be written: {e}"))),
        _ => Ok(()),
    }
}

fn command_labels(dataset: &Path, pipeline: &Path) -> Result<u8, RunError> {
    if !dataset.join("problems.parquet").is_file() {
        return Err(RunError::Setup(format!("{}: no dataset is there; name the folder that a run published, as out/dataset", dataset.display())));
    }
    // A dataset may lie where no form does: then its labels are listed all the same.
    let form = pipeline.is_file().then(|| form::load(&loaded(pipeline)?.form.folder).map_err(RunError::Form)).transpose()?;
    let (rows, notes) = run::unknown_labels(dataset, form.as_ref())?;
    notes.iter().for_each(|n| note(n));
    say(&rows).map(|()| DONE)
}

fn command_synth(pipeline: &Path, out: &Path, options: &synth::Options) -> Result<u8, RunError> {
    for held in ["archive", "truth.jsonl"].map(|name| out.join(name)) {
        if std::fs::metadata(&held).is_ok_and(|m| m.is_file()) || std::fs::read_dir(&held).is_ok_and(|mut d| d.next().is_some()) {
            return Err(RunError::Setup(format!("{} is there already, and two invented archives must not mix; name another folder or remove it", held.display())));
        }
    }
    let pipeline = loaded(pipeline)?;
    let form = form::load(&pipeline.form.folder).map_err(RunError::Form)?;
    let gazetteer = run::gazetteer(&pipeline)?;
    let places = synth_places(&gazetteer, options.reports);
    let summary = synth::write(out, &form, &places, &pipeline.data.folder, options).map_err(|e| RunError::Setup(format!("{}: {e}", out.display())))?;
    say(&format!("{} invented reports and {} other pages, {:.1} MB, in {}; what is true of them in {}\n", summary.reports, summary.other_pages, summary.bytes as f64 / 1e6, out.join("archive").display(), out.join("truth.jsonl").display())).map(|()| DONE)
}

/// The year of the older of the gazetteer's tables: a region that was gone by then has no townships of its own.
const OLDER_TABLE: u16 = 2023;

/// Whole counties, evenly spread over the country, so many that a township reports about six times.
fn synth_places(gazetteer: &Gazetteer, reports: usize) -> Vec<synth::Place> {
    let counties: Vec<_> = gazetteer.places().iter().filter(|p| p.level == "county" && p.code.len() == 6 && p.valid_to.is_none_or(|last| last >= OLDER_TABLE)).collect();
    let wanted = (reports / 80).clamp(3, counties.len().max(3));
    let step = (counties.len() / wanted).max(1);
    let chosen = counties.iter().step_by(step).flat_map(|county| gazetteer.townships_of(&county.code));
    let mut out: Vec<synth::Place> = chosen.filter(|t| t.valid_to.is_none() && t.code.len() == 9).map(|t| synth_place(gazetteer, t)).collect();
    let mut bearers: HashMap<&str, Vec<&Place>> = HashMap::new();
    for place in gazetteer.places().iter().filter(|p| p.level == "township") {
        for name in place.former.iter().chain([&place.name]) {
            bearers.entry(called(name)).or_default().push(place);
        }
    }
    for place in &mut out {
        let others = bearers[called(&place.township)].iter().filter(|other| other.code != place.code);
        place.namesakes = others.map(|other| synth_place(gazetteer, other)).collect();
    }
    out
}

/// 七都街道 and 七都街道办事处 call themselves the same.
fn called(name: &str) -> &str {
    name.strip_suffix("办事处").unwrap_or(name)
}

fn synth_place(gazetteer: &Gazetteer, t: &Place) -> synth::Place {
    let chain = gazetteer.chain(&t.code);
    let name = |name: Option<&str>| name.unwrap_or("").to_string();
    let area = gazetteer.area_code(&t.code).unwrap_or("").to_string();
    synth::Place { township: t.name.clone(), county: name(chain.county), city: name(chain.city), province: name(chain.province), code: t.code.clone(), area, namesakes: Vec::new() }
}
