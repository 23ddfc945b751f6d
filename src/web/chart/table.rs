//! The figures of a chart as a table that unfolds below it: for those who don't see the drawing, and
//! for those who want the exact number.

use crate::web::markup::put_escaped;

/// The table; the first of `heads` is over the rows' names.
pub(super) fn table(title: &str, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut html = String::with_capacity(2048);
    html.push_str(r#"<details class="chart-data"><summary>Figures</summary><div class="table-scroll" role="region" tabindex="0" aria-label=""#);
    put_escaped(&mut html, title);
    html.push_str(r#""><table class="table"><thead><tr>"#);
    for (place, head) in heads.iter().enumerate() {
        html.push_str(if place == 0 { r#"<th scope="col">"# } else { r#"<th scope="col" class="num">"# });
        put_escaped(&mut html, head);
        html.push_str("</th>");
    }
    html.push_str("</tr></thead><tbody>");
    rows.for_each(|cells| row(&mut html, &cells));
    html.push_str("</tbody></table></div></details>");
    html
}

fn row(html: &mut String, cells: &[String]) {
    html.push_str("<tr>");
    for (place, cell) in cells.iter().enumerate() {
        html.push_str(if place == 0 { r#"<th scope="row">"# } else { r#"<td class="num">"# });
        put_escaped(html, cell);
        html.push_str(if place == 0 { "</th>" } else { "</td>" });
    }
    html.push_str("</tr>");
}
