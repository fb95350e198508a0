//! Suggestions for names that do not exist.

/// The name among `known` that a person who wrote `name` probably meant.
///
/// Near means a Jaro-Winkler similarity of 0.84 or a difference of letter case and underscores
/// only, so that guessing does not list names.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    const FLOOR: f64 = 0.84;
    let fold = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    let folded = fold(name);
    known
        .map(|candidate| {
            let candidate_folded = fold(candidate);
            let similarity = if candidate_folded == folded {
                1.0
            } else {
                strsim::jaro_winkler(&candidate_folded, &folded)
            };
            (similarity, candidate)
        })
        .filter(|(similarity, _)| *similarity >= FLOOR)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate.to_owned())
}
