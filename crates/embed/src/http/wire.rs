//! What goes to an OpenAI-compatible endpoint, and what comes back.

use serde::{Deserialize, Serialize};

use crate::{Error, UnitVector};

/// A request for vectors.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) model: &'a str,
    pub(super) input: &'a [&'a str],
    pub(super) encoding_format: &'static str,
}

/// The answer; what else it says is not read.
#[derive(Debug, Deserialize)]
struct Answer {
    data: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    index: usize,
    embedding: Vec<f32>,
}

/// The vectors of an answer, in the order of the request's texts.
///
/// # Errors
/// Says what is wrong with it; never holds any of its content.
pub(super) fn vectors(body: &[u8], texts: usize, dimensions: usize) -> Result<Vec<UnitVector>, String> {
    // The parser's own words could quote the body.
    let answer: Answer = serde_json::from_slice(body).map_err(|error| {
        format!("the answer does not read (line {}, column {})", error.line(), error.column())
    })?;
    if answer.data.len() != texts {
        return Err(format!("{texts} texts were sent, {} vectors came back", answer.data.len()));
    }
    let mut vectors: Vec<Option<UnitVector>> = vec![None; texts];
    for Item { index, embedding } in answer.data {
        let place = vectors.get_mut(index).filter(|place| place.is_none());
        let place = place.ok_or_else(|| format!("the answer numbers a vector {index} twice or too high"))?;
        if embedding.len() != dimensions {
            return Err(format!(
                "a vector has {} dimensions, the options say {dimensions} (hint: set embed.http.dimensions)",
                embedding.len()
            ));
        }
        *place = Some(UnitVector::normalized(embedding).map_err(|error: Error| error.to_string())?);
    }
    Ok(vectors.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_come_in_the_order_of_the_texts() {
        let body = br#"{"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[3,0]}],"usage":{}}"#;
        let found = vectors(body, 2, 2).unwrap();
        assert_eq!(found[0].as_slice(), [1.0, 0.0]);
        assert_eq!(found[1].as_slice(), [0.0, 1.0]);
    }

    #[test]
    fn an_answer_that_is_not_what_was_asked_for_is_refused_without_quoting_it() {
        let refused = |body: &str, expected: &str| {
            let found = vectors(body.as_bytes(), 2, 2).unwrap_err();
            assert!(found.contains(expected) && !found.contains("secret"), "{found}");
        };
        refused(r#"{"data":"secret"}"#, "does not read");
        refused(r#"{"data":[{"index":0,"embedding":[1,0]}]}"#, "1 vectors came back");
        refused(r#"{"data":[{"index":0,"embedding":[1,0]},{"index":0,"embedding":[1,0]}]}"#, "twice");
        refused(r#"{"data":[{"index":0,"embedding":[1,0]},{"index":2,"embedding":[1,0]}]}"#, "too high");
        refused(r#"{"data":[{"index":0,"embedding":[1,0]},{"index":1,"embedding":[1]}]}"#, "dimensions");
        refused(r#"{"data":[{"index":0,"embedding":[1e39,0]},{"index":1,"embedding":[1,0]}]}"#, "finite");
    }
}
