//! A period's report as a page that can be printed, and as rows for a spreadsheet.
//!
//! Charts are plain SVG: bars with their number beside them, and a hatched part where something was missed, so that
//! nothing is told by a colour alone.

use chrono::DateTime;
use serde_json::Value;
use std::fmt::Write as _;

fn int(value: &Value, at: &str) -> i64 {
    value.pointer(at).and_then(Value::as_i64).unwrap_or(0)
}

fn text<'a>(value: &'a Value, at: &str) -> &'a str {
    value
        .pointer(at)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn list<'a>(value: &'a Value, at: &str) -> &'a [Value] {
    let found = value.pointer(at).and_then(Value::as_array);
    found.map(Vec::as_slice).unwrap_or_default()
}

fn safe(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn time(ms: i64) -> String {
    let at = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    at.format("%Y-%m-%d %H:%M").to_string()
}

fn day(ms: i64) -> String {
    let at = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    at.format("%a %m-%d").to_string()
}

/// A length as people say it.
fn length(ms: Option<i64>) -> String {
    match ms.map(|ms| ms / 1_000) {
        None => "–".into(),
        Some(s @ ..120) => format!("{s} s"),
        Some(s @ ..7_200) => format!("{} min", s / 60),
        Some(s) => format!("{:.1} h", s as f64 / 3_600.0),
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A rate with its interval and of how many; no percentage of fewer than ten.
fn rate(covered: &Value) -> String {
    let (missed, due) = (int(covered, "/missed"), int(covered, "/due"));
    let part = |at: &str| covered.pointer(at).and_then(Value::as_f64);
    match (
        part("/unanswered_rate"),
        part("/interval/0"),
        part("/interval/1"),
    ) {
        (Some(rate), Some(low), Some(high)) if due >= 10 => format!(
            "{} ({} to {}); {missed} of {due}",
            percent(rate),
            percent(low),
            percent(high)
        ),
        _ => format!("{missed} of {due}"),
    }
}

/// A bar: what it is, how long, how much of it is hatched, and what stands beside it.
struct Bar {
    label: String,
    n: i64,
    hatched: i64,
    says: String,
}

/// Bars under each other.
fn bars(title: &str, rows: &[Bar]) -> String {
    let most = rows.iter().map(|row| row.n).max().unwrap_or(0).max(1) as f64;
    let height = rows.len() * 24 + 6;
    let mut svg = format!(
        "<svg viewBox=\"0 0 720 {height}\" role=\"img\" aria-label=\"{}\"><title>{}</title>",
        safe(title),
        safe(title)
    );
    for (at, row) in rows.iter().enumerate() {
        let y = at * 24 + 4;
        let wide = |n: i64| n.max(0) as f64 / most * 300.0;
        let _ = write!(
            svg,
            "<text x=\"172\" y=\"{}\" text-anchor=\"end\">{}</text>\
<rect x=\"180\" y=\"{y}\" width=\"{:.1}\" height=\"18\" class=\"all\"/>\
<rect x=\"180\" y=\"{y}\" width=\"{:.1}\" height=\"18\" class=\"part\"/>\
<text x=\"{:.1}\" y=\"{}\">{}</text>",
            y + 14,
            safe(&row.label),
            wide(row.n),
            wide(row.hatched),
            wide(row.n) + 186.0,
            y + 14,
            safe(&row.says),
        );
    }
    svg.push_str("</svg>");
    svg
}

fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut html = String::from("<table><tr>");
    for head in heads {
        let _ = write!(html, "<th scope=\"col\">{}</th>", safe(head));
    }
    html.push_str("</tr>");
    for row in rows {
        html.push_str("<tr>");
        for cell in row {
            let _ = write!(html, "<td>{}</td>", safe(&cell));
        }
        html.push_str("</tr>");
    }
    html.push_str("</table>");
    html
}

const STYLE: &str = "body{font:14px/1.45 system-ui,sans-serif;max-width:760px;margin:2em auto;padding:0 1em;color:#111;background:#fff}\
h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.8em;border-bottom:1px solid #999}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.2em .6em .2em 0;border-bottom:1px solid #ddd;vertical-align:top}\
svg{width:100%;height:auto;font:12px system-ui,sans-serif}.all{fill:#dfe5ec;stroke:#345}.part{fill:url(#hatch);stroke:#000}\
p.small{color:#333;font-size:.9em}@media print{body{margin:0;max-width:none}h2{break-after:avoid}svg,tr{break-inside:avoid}}";

/// The hatching, once for all charts.
const HATCH: &str = "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs><pattern id=\"hatch\" \
width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#fff\"/>\
<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#000\" stroke-width=\"2.5\"/></pattern></defs></svg>";

/// The page.
pub(super) fn html(report: &Value) -> String {
    let period = format!(
        "{} to {} UTC",
        time(int(report, "/from_ms")),
        time(int(report, "/to_ms"))
    );
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
<title>Report, {period}</title><style>{STYLE}</style><body>{HATCH}<h1>Report</h1><p>{period}. As of {} UTC.</p>",
        time(int(report, "/as_of_ms"))
    );
    if report.pointer("/complete") == Some(&Value::Bool(false)) {
        let _ = write!(
            page,
            "<p><strong>Not all of this period was counted</strong>: counting began at {} UTC.</p>",
            time(int(report, "/counted_since_ms"))
        );
    }
    let before = |at: &str| match report.pointer(at).and_then(Value::as_i64) {
        Some(n) => format!(" ({n} in the period before)"),
        None => " (the period before was not counted)".to_owned(),
    };
    let _ = write!(
        page,
        "<h2>How much came</h2><p>{} posts{}, which opened {} matters{}.</p>",
        int(report, "/volume/came"),
        before("/volume/came_before"),
        int(report, "/volume/matters"),
        before("/volume/matters_before"),
    );
    let days: Vec<Bar> = list(report, "/volume/days")
        .iter()
        .map(|one| Bar {
            label: day(int(one, "/from_ms")),
            n: int(one, "/came"),
            hatched: int(one, "/missed"),
            says: format!(
                "{} came, {} unanswered",
                int(one, "/came"),
                int(one, "/missed")
            ),
        })
        .collect();
    page.push_str(&bars("Posts by day; hatched: nobody answered", &days));
    page.push_str(
        "<p class=\"small\">Hatched: posts that needed an answer and got none from a person.</p>",
    );
    let total = report.pointer("/coverage/total").unwrap_or(&Value::Null);
    let _ = write!(
        page,
        "<h2>What became of every post</h2><p>Unanswered: {}.</p>",
        rate(total)
    );
    if let Some(before) = report
        .pointer("/coverage/before")
        .filter(|one| !one.is_null())
    {
        let _ = write!(page, "<p>In the period before: {}.</p>", rate(before));
    }
    let fates: Vec<Bar> = crate::inbox::fate::Fate::ALL
        .into_iter()
        .map(|fate| {
            let n = int(total, &format!("/fates/{}", fate.as_str()));
            Bar {
                label: fate.as_str().replace('_', " "),
                n,
                hatched: if fate.is_missed() { n } else { 0 },
                says: n.to_string(),
            }
        })
        .collect();
    page.push_str(&bars("Posts by what became of them", &fates));
    for told in list(report, "/coverage/by") {
        let _ = write!(page, "<h3>By {}</h3>", safe(text(told, "/by")));
        let rows = list(told, "/groups").iter().map(|one| {
            vec![
                text(one, "/key").to_owned(),
                int(one, "/came").to_string(),
                rate(one),
            ]
        });
        page.push_str(&table(&["", "came", "unanswered"], rows));
    }
    page.push_str("<h2>When most went unanswered</h2>");
    let rows = list(report, "/coverage/gaps").iter().map(|one| {
        let duty = one.pointer("/on_duty").and_then(Value::as_array);
        vec![
            format!("{} UTC", time(int(one, "/from_ms"))),
            text(one, "/workgroup").to_owned(),
            rate(one),
            match duty.map(Vec::as_slice) {
                None => "no roster".to_owned(),
                Some([]) => "nobody".to_owned(),
                Some(teams) => teams
                    .iter()
                    .filter_map(Value::as_str)
                    .collect::<Vec<_>>()
                    .join(", "),
            },
        ]
    });
    page.push_str(&table(
        &["hour", "workgroup", "unanswered", "on duty"],
        rows,
    ));
    page.push_str("<h2>How long people took</h2>");
    let clock = |name: &str, at: &str| {
        let clock = report.pointer(&format!("/sla/now/{at}"));
        let clock = clock.unwrap_or(&Value::Null);
        let ms = |field: &str| length(clock.pointer(field).and_then(Value::as_i64));
        let attained = clock.pointer("/attainment").and_then(Value::as_f64);
        vec![
            name.to_owned(),
            int(clock, "/n").to_string(),
            ms("/p50_ms"),
            ms("/p90_ms"),
            attained.map_or("–".into(), percent),
        ]
    };
    let rows = [
        clock("first reply", "first_reply"),
        clock("later replies", "next_reply"),
        clock("end", "resolution"),
    ];
    page.push_str(&table(
        &[
            "",
            "how many",
            "half within",
            "nine in ten within",
            "target met",
        ],
        rows.into_iter(),
    ));
    let _ = write!(
        page,
        "<p>Of {} promises that notes made, {} were kept in time.</p>",
        int(report, "/sla/now/promises/promises"),
        int(report, "/sla/now/promises/kept"),
    );
    page.push_str("<h2>What happened to people</h2>");
    let situations = list(report, "/situations");
    let rows: Vec<Bar> = situations
        .iter()
        .take(12)
        .map(|one| Bar {
            label: text(one, "/situation").replace('_', " "),
            n: int(one, "/matters"),
            hatched: 0,
            says: int(one, "/matters").to_string(),
        })
        .collect();
    page.push_str(&bars("Matters by situation", &rows));
    let rows = situations.iter().map(|one| {
        vec![
            text(one, "/situation").replace('_', " "),
            text(one, "/says").to_owned(),
        ]
    });
    page.push_str(&table(&["", "matters, and the period before"], rows));
    page.push_str(&goals(report));
    page.push_str(&series(report));
    page.push_str(&products(report));
    page.push_str(&hurdles(report));
    if int(report, "/advocates/asked") > 0 {
        let says = safe(text(report, "/advocates/says"));
        let _ = write!(page, "<h2>Who speaks for us</h2><p>{says}.</p>");
    }
    let _ = write!(
        page,
        "<h2>Automatic notes</h2><p>{} posts got a note; a person answered {} of them, too.</p>",
        int(report, "/acknowledgments/noted"),
        int(report, "/acknowledgments/noted_and_answered"),
    );
    page.push_str(
        "<p class=\"small\">All figures are of those who wrote, not of all customers. Intervals (95 %) show chance alone. \
A change is told where at most a tenth of those told are expected to be chance; else no difference is shown.</p></body></html>\n",
    );
    page
}

/// What is aimed at, and whether it is met; nothing where nothing is configured.
fn goals(report: &Value) -> String {
    let goals = list(report, "/goals");
    if goals.is_empty() {
        return String::new();
    }
    let rows = goals.iter().map(|one| {
        let what = text(one, "/figure").replace('_', " ");
        let met = match one.pointer("/met").and_then(Value::as_bool) {
            Some(true) => "met",
            Some(false) => "not met",
            None => "not known",
        };
        vec![
            format!("{what} {}", text(one, "/series")),
            met.to_owned(),
            text(one, "/says").to_owned(),
        ]
    });
    format!(
        "<h2>Goals</h2>{}",
        table(&["", "", "figure and goal"], rows)
    )
}

/// The brand's own figures, a chart each; nothing where there is none.
fn series(report: &Value) -> String {
    let mut html = String::new();
    for one in list(report, "/series") {
        let name = text(one, "/series");
        let (title, says) = (safe(name), safe(text(one, "/says")));
        let _ = write!(html, "<h2>Beside {title}</h2><p>{says}.</p>");
        let rows: Vec<Bar> = list(one, "/days")
            .iter()
            .map(|one| {
                let value = one.pointer("/value").and_then(Value::as_f64);
                let value = value.unwrap_or(0.0);
                let per = one.pointer("/per_10000").and_then(Value::as_f64);
                let per = per.map(|per| format!(" ({per:.2} in 10,000)"));
                #[allow(clippy::cast_possible_truncation)]
                Bar {
                    label: day(int(one, "/from_ms")),
                    // Only for the length.
                    n: (value * 1_000.0) as i64,
                    hatched: 0,
                    says: format!(
                        "{value}; {} complaints{}",
                        int(one, "/complaints"),
                        per.unwrap_or_default()
                    ),
                }
            })
            .collect();
        if !rows.is_empty() {
            html.push_str(&bars(&format!("{name} by day, and complaints"), &rows));
        }
    }
    html
}

/// Who named which product; nothing where none is configured.
fn products(report: &Value) -> String {
    let products = list(report, "/products");
    if products.is_empty() {
        return String::new();
    }
    let rows = products.iter().map(|one| {
        vec![
            text(one, "/product").to_owned(),
            int(one, "/posts").to_string(),
            int(one, "/people").to_string(),
            text(one, "/says").to_owned(),
        ]
    });
    let mut html = String::from("<h2>What they wrote of</h2>");
    if report.pointer("/products_complete") == Some(&Value::Bool(false)) {
        html.push_str("<p><strong>Not all posts of this period could be looked at.</strong></p>");
    }
    let heads = ["", "posts", "people", "people who complained, and before"];
    html.push_str(&table(&heads, rows));
    html
}

/// What happened to most, in their words.
fn hurdles(report: &Value) -> String {
    let told = list(report, "/hurdles").iter();
    let told: Vec<&Value> = told
        .filter(|one| !list(one, "/examples").is_empty())
        .collect();
    if told.is_empty() {
        return String::new();
    }
    let mut html = String::from("<h2>In their words</h2>");
    for one in told {
        let what = text(one, "/situation").replace('_', " ");
        let _ = write!(
            html,
            "<h3>{} ({} matters)</h3>",
            safe(&what),
            int(one, "/matters")
        );
        for said in list(one, "/examples") {
            let (lang, words) = (text(said, "/lang"), text(said, "/text"));
            let _ = write!(
                html,
                "<blockquote lang=\"{}\">{}</blockquote>",
                safe(lang),
                safe(words)
            );
        }
    }
    html.push_str(
        "<p class=\"small\">The newest public complaints, without names, numbers, handles and addresses as far as those are told by their form.</p>",
    );
    html
}

/// A cell of a spreadsheet. One that would be read as a formula is not.
fn cell(text: &str) -> String {
    let text = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    };
    match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// The figures as rows: section, key, figure, value.
pub(super) fn csv(report: &Value) -> String {
    let mut csv = String::from("section,key,figure,value\r\n");
    let mut row = |section: &str, key: &str, figure: &str, value: &str| {
        let cells = [section, key, figure].map(cell);
        let _ = write!(csv, "{},{value}\r\n", cells.join(","));
    };
    let mut all = |section: &str, key: &str, covered: &Value| {
        for figure in ["came", "matters", "due", "answered", "missed"] {
            row(
                section,
                key,
                figure,
                &int(covered, &format!("/{figure}")).to_string(),
            );
        }
        if let Some(fates) = covered.pointer("/fates").and_then(Value::as_object) {
            for (fate, n) in fates {
                row(section, key, fate, &n.to_string());
            }
        }
    };
    if let Some(total) = report.pointer("/coverage/total") {
        all("total", "", total);
    }
    for told in list(report, "/coverage/by") {
        for group in list(told, "/groups") {
            all(text(told, "/by"), text(group, "/key"), group);
        }
    }
    for one in list(report, "/volume/days") {
        let key = time(int(one, "/from_ms"));
        row("day", &key, "came", &int(one, "/came").to_string());
        row("day", &key, "missed", &int(one, "/missed").to_string());
    }
    for one in list(report, "/situations") {
        let key = text(one, "/situation");
        for figure in ["posts", "matters", "matters_before", "ratio", "low", "high"] {
            let value = one
                .pointer(&format!("/{figure}"))
                .filter(|one| !one.is_null());
            row(
                "situation",
                key,
                figure,
                &value.map(Value::to_string).unwrap_or_default(),
            );
        }
        row("situation", key, "difference", text(one, "/difference"));
    }
    for one in list(report, "/products") {
        let key = text(one, "/product");
        let figures = [
            "posts",
            "people",
            "people_before",
            "complained",
            "complained_before",
        ];
        for figure in figures.into_iter().chain(["ratio", "low", "high"]) {
            let value = one.pointer(&format!("/{figure}"));
            let value = value.filter(|one| !one.is_null());
            let value = value.map(Value::to_string).unwrap_or_default();
            row("product", key, figure, &value);
        }
        row("product", key, "difference", text(one, "/difference"));
    }
    for one in list(report, "/series") {
        let key = text(one, "/series");
        for figure in [
            "value",
            "hours",
            "complaints",
            "per_10000",
            "value_before",
            "ratio",
            "low",
            "high",
        ] {
            let value = one.pointer(&format!("/{figure}"));
            let value = value.filter(|one| !one.is_null());
            let value = value.map(Value::to_string).unwrap_or_default();
            row("series", key, figure, &value);
        }
        row("series", key, "difference", text(one, "/difference"));
        for day in list(one, "/days") {
            let key = format!("{key} {}", time(int(day, "/from_ms")));
            for figure in ["value", "complaints"] {
                let value = day.pointer(&format!("/{figure}"));
                row(
                    "series_day",
                    &key,
                    figure,
                    &value.map(Value::to_string).unwrap_or_default(),
                );
            }
        }
    }
    for one in list(report, "/goals") {
        let key = format!("{} {}", text(one, "/figure"), text(one, "/series"));
        for figure in ["at_most", "at_least", "value", "met", "sure"] {
            let value = one.pointer(&format!("/{figure}"));
            let value = value.filter(|one| !one.is_null());
            let value = value.map(Value::to_string).unwrap_or_default();
            row("goal", key.trim_end(), figure, &value);
        }
    }
    for clock in ["first_reply", "next_reply", "resolution"] {
        for figure in ["n", "missed", "unanswered", "p50_ms", "p90_ms"] {
            let value = report.pointer(&format!("/sla/now/{clock}/{figure}"));
            let value = value.filter(|one| !one.is_null());
            row(
                "sla",
                clock,
                figure,
                &value.map(Value::to_string).unwrap_or_default(),
            );
        }
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn covered(came: i64, due: i64, missed: i64) -> Value {
        json!({"came": came, "matters": came, "due": due, "answered": due - missed, "missed": missed,
            "unanswered_rate": 0.25, "interval": [0.1, 0.5], "fates": {"answered": due - missed, "unanswered": missed}})
    }

    fn report() -> Value {
        json!({"as_of_ms": 1_795_348_800_000_i64, "from_ms": 1_794_744_000_000_i64, "to_ms": 1_795_348_800_000_i64,
            "complete": true, "volume": {"came": 40, "matters": 30, "came_before": 20, "matters_before": null,
                "days": [{"from_ms": 1_795_305_600_000_i64, "came": 40, "missed": 5}]},
            "coverage": {"total": covered(40, 20, 5), "before": null,
                "by": [{"by": "source", "groups": [{"key": "=cmd,\"x\"<b>", "came": 3, "due": 4, "missed": 1}]}],
                "gaps": [{"from_ms": 1_795_305_600_000_i64, "workgroup": "care", "due": 4, "missed": 2, "on_duty": []}]},
            "sla": {"now": {"first_reply": {"n": 3, "p50_ms": 90_000, "p90_ms": null, "attainment": 0.5}}},
            "situations": [{"situation": "left_behind", "posts": 4, "matters": 2, "matters_before": null, "ratio": null,
                "low": null, "high": null, "difference": null, "says": "2; the period before was not counted"}],
            "products": [{"product": "Night <Express>", "posts": 5, "people": 4, "complained": 3, "says": "3, 1 before"}],
            "hurdles": [{"situation": "left_behind", "matters": 2, "examples": [{"lang": "en", "text": "they <left> me here"}]}]})
    }

    #[test]
    fn the_page_tells_numbers_beside_its_bars_and_lets_no_markup_in() {
        let page = html(&report());
        assert!(page.contains("40 came, 5 unanswered"), "{page}");
        assert!(page.contains("25.0 % (10.0 % to 50.0 %); 5 of 20"));
        assert!(page.contains("=cmd,&quot;x&quot;&lt;b&gt;") && !page.contains("\"x\"<b>"));
        // No percentage of fewer than ten.
        assert!(page.contains("<td>1 of 4</td>"));
        assert!(page.contains("<td>nobody</td>") && page.contains("<td>90 s</td>"));
        assert!(page.contains("left behind") && page.contains("the period before was not counted"));
        assert!(
            page.contains("<td>Night &lt;Express&gt;</td><td>5</td><td>4</td>"),
            "{page}"
        );
        assert!(page.contains("<blockquote lang=\"en\">they &lt;left&gt; me here</blockquote>"));
        assert!(!page.contains("http"), "nothing is fetched");
    }

    #[test]
    fn a_spreadsheet_reads_no_formula() {
        let csv = csv(&report());
        assert!(csv.starts_with("section,key,figure,value\r\ntotal,,came,40\r\n"));
        assert!(
            csv.contains("source,\"'=cmd,\"\"x\"\"<b>\",missed,1\r\n"),
            "{csv}"
        );
        assert!(
            csv.contains("total,,unanswered,5\r\n")
                && csv.contains("day,2026-11-22 00:00,missed,5\r\n")
        );
        assert!(csv.contains("situation,left_behind,matters_before,\r\n"));
        assert!(csv.contains("product,Night <Express>,complained,3\r\n"));
    }
}
