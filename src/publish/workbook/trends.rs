//! A trend chart a county: what its townships report by year, and how many of them report, since a sum also grows
//! when more townships are in it.

use rust_xlsxwriter::{Chart, ChartFont, ChartLine, ChartMarker, ChartMarkerType, ChartPoint, ChartSolidFill, ChartType, ColNum, Color, RowNum, Worksheet, XlsxError};

use super::levels::{FIRST, bands, column, key_column};
use super::style::{LEVELS, Style, TRENDS};
use super::{Book, LevelSheet};

/// More charts than this make a workbook slow to open; then the counties with the most reports have theirs.
const MOST: usize = 120;
const INK: [u32; 4] = [0x1F_4E_79, 0xC5_5A_11, 0x37_56_23, 0x7F_60_00];
const ACROSS: usize = 2;

pub fn write(sheet: &mut Worksheet, book: &Book, style: &Style) -> Result<(), XlsxError> {
    sheet.set_name(TRENDS)?.set_landscape().set_print_fit_to_pages(1, 0);
    let Some(level) = book.levels.iter().find(|l| l.depth == 2) else { return Ok(()) };
    let ranges = ranges(level, book.form.indicators.len());
    let chosen = choose(level, &ranges);
    let mut title = format!("各县趋势 · A trend chart a county ({} / {})", chosen.len(), ranges.len());
    if chosen.len() < ranges.len() {
        title += "　其余各县见县级表 · the others are in the county sheet";
    }
    sheet.set_row_height(0, 24)?.write_with_format(0, 0, title, &style.title)?;
    let note = "浅色点（有的软件不显示）：只是部分已报乡镇之和，即县级表中着色的格；灰线：已报乡镇数 · a pale point (some programs do not show it): the sum of only some of the townships that reported, coloured in the county sheet; the grey line: how many reported";
    sheet.write_with_format(1, 0, note, &style.note)?;
    for (n, &(first, rows, at)) in chosen.iter().enumerate() {
        let chart = chart(book, level, first, rows, at);
        sheet.insert_chart(2 + 17 * (n / ACROSS) as RowNum, 9 * (n % ACROSS) as ColNum, &chart)?;
    }
    Ok(())
}

/// The counties: first row in `level.rows`, how many, and the line of the sheet where they begin.
fn ranges(level: &LevelSheet, indicators: usize) -> Vec<(usize, usize, RowNum)> {
    let mut out: Vec<(usize, usize, RowNum)> = Vec::new();
    for (line, (r, _)) in bands(level, indicators).into_iter().enumerate().filter(|(_, (_, basis))| *basis == 0) {
        let row = &level.rows[r];
        match out.last_mut() {
            Some(last) if level.rows[last.0].code == row.code && level.rows[last.0].names == row.names => last.1 += 1,
            _ => out.push((r, 1, FIRST + line as RowNum)),
        }
    }
    out
}

fn choose(level: &LevelSheet, ranges: &[(usize, usize, RowNum)]) -> Vec<(usize, usize, RowNum)> {
    let mut chosen = ranges.to_vec();
    let reports = |c: &(usize, usize, RowNum)| level.rows[c.0..c.0 + c.1].iter().map(|r| r.reported).sum::<u32>();
    chosen.sort_by_key(|c| (std::cmp::Reverse(reports(c)), c.0));
    chosen.truncate(MOST);
    chosen.sort_by_key(|c| c.0);
    chosen
}

fn chart(book: &Book, level: &LevelSheet, first: usize, rows: usize, at: RowNum) -> Chart {
    let sheet = LEVELS[level.depth];
    let last = at + rows as RowNum - 1;
    let years = key_column(level.depth, "year");
    let reported = key_column(level.depth, "townships_reported");
    let mut chart = Chart::new(ChartType::Line);
    let names: Vec<&str> = level.rows[first].names.iter().flatten().copied().collect();
    chart.title().set_name(names.join(" ").as_str()).set_font(ChartFont::new().set_bold().set_size(11));
    let drawn: Vec<(usize, usize)> = book.trend.iter().enumerate().filter_map(|(n, name)| Some((n, book.form.indicators.iter().position(|i| &i.name == name)?))).collect();
    let mut units: Vec<&str> = drawn.iter().map(|&(_, i)| book.form.indicators[i].unit.as_str()).collect();
    units.sort_unstable();
    units.dedup();
    for (n, i) in drawn {
        let c = column(level.depth, i);
        let ink = Color::RGB(INK[n % INK.len()]);
        let series = chart.add_series().set_categories((sheet, at, years, last, years)).set_values((sheet, at, c, last, c));
        let unit = if units.len() > 1 { format!("（{}）", book.form.indicators[i].unit) } else { String::new() };
        series.set_name(format!("{}{unit}", book.form.indicators[i].name_zh.replace("：总计", "")).as_str());
        series.set_format(ChartLine::new().set_color(ink).set_width(2)).set_marker(ChartMarker::new().set_type(ChartMarkerType::Circle).set_size(5));
        let pale = || ChartPoint::new().set_format(ChartSolidFill::new().set_color(Color::RGB(0xFF_E6_99)));
        let points: Vec<ChartPoint> = (first..first + rows).map(|r| level.fewer(r, i).map_or_else(ChartPoint::default, |_| pale())).collect();
        series.set_points(&points);
    }
    let series = chart.add_series().set_categories((sheet, at, years, last, years)).set_values((sheet, at, reported, last, reported));
    series.set_name("已报乡镇数（右轴）").set_secondary_axis(true);
    series.set_format(ChartLine::new().set_color(Color::RGB(0xA6_A6_A6)).set_width(1.5));
    chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    let mut axis = ChartFont::new();
    axis.set_size(9);
    chart.y_axis().set_name(&units.join("、")).set_name_font(&axis).set_num_format("#,##0").set_min(0).set_major_gridlines_line(ChartLine::new().set_color(Color::RGB(0xD9_D9_D9)));
    chart.y2_axis().set_name("乡镇").set_name_font(&axis).set_num_format("0").set_min(0);
    chart.set_width(560).set_height(320);
    chart
}
