//! The known name that is nearest to an unknown one, as PostgREST's hints find it: candidates are
//! ranked by the groups of letters that both names share, then by the number of edits between them.

use std::collections::HashMap;

/// The least similarity where only few names can be revealed.
pub const ANY: f64 = 0.33;
/// The least similarity where a guess could reveal any name.
pub const CLOSE: f64 = 0.75;
/// The candidates that are compared by edits.
const COMPARED: usize = 50;

/// The nearest of `known`, if its similarity is at least `floor`.
pub fn nearest<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str>,
    floor: f64,
) -> Option<&'a str> {
    let known: Vec<_> = known.map(|one| (one, folded(one))).collect();
    let folded = folded(name);
    if let Some((same, _)) = known.iter().find(|(_, it)| *it == folded) {
        return Some(same);
    }
    [3, 2].into_iter().find_map(|size| {
        let grams = grams(&folded, size);
        let mut alike: Vec<_> = known
            .iter()
            .map(|(one, it)| (cosine(&grams, &self::grams(it, size)), *one, it))
            .filter(|(score, ..)| *score > 0.0)
            .collect();
        alike.sort_by(|left, right| right.0.total_cmp(&left.0));
        let by_edits = alike.iter().take(COMPARED);
        by_edits
            .map(|(_, one, it)| (strsim::normalized_levenshtein(it, &folded), *one))
            .filter(|(score, _)| *score >= floor)
            .reduce(|best, next| if next.0 > best.0 { next } else { best })
            .map(|(_, one)| one)
    })
}

fn folded(name: &str) -> String {
    let is_kept = |one: &char| one.is_alphanumeric() || matches!(one, '_' | ',' | ' ');
    name.to_lowercase().chars().filter(is_kept).collect()
}

/// The count of each group of `size` characters in a name.
fn grams(name: &str, size: usize) -> HashMap<String, f64> {
    let mut padded: Vec<char> = format!("-{name}-").chars().collect();
    while padded.len() < size {
        padded.push('-');
    }
    let mut counts = HashMap::new();
    for gram in padded.windows(size) {
        *counts.entry(gram.iter().collect()).or_insert(0.0) += 1.0;
    }
    counts
}

fn cosine(left: &HashMap<String, f64>, right: &HashMap<String, f64>) -> f64 {
    let length = |of: &HashMap<String, f64>| of.values().map(|it| it * it).sum::<f64>().sqrt();
    let shared: f64 = left
        .iter()
        .filter_map(|(gram, count)| Some(count * right.get(gram)?))
        .sum();
    shared / (length(left) * length(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_name_and_another_word_does_not() {
        let known = || ["projects", "clients", "tasks"].into_iter();
        assert_eq!(nearest("project", known(), CLOSE), Some("projects"));
        assert_eq!(nearest("client", known(), ANY), Some("clients"));
        assert_eq!(nearest("zzz", known(), ANY), None);
        assert_eq!(nearest("", known(), ANY), None);
    }
}
