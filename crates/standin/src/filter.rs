//! The conditions that whoknows sends; any other is refused rather than passed over.

use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::value::Kind;
use qdrant_client::qdrant::{Condition, FieldCondition, Filter, Range};
use tonic::Status;

use crate::state::{Point, number};

/// Whether a filter admits a point.
pub(crate) fn admits(filter: &Filter, id: u64, point: &Point) -> Result<bool, Status> {
    if !filter.should.is_empty() || filter.min_should.is_some() {
        return Err(Status::unimplemented("filters with `should`"));
    }
    for condition in &filter.must {
        if !holds(condition, id, point)? {
            return Ok(false);
        }
    }
    for condition in &filter.must_not {
        if holds(condition, id, point)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn holds(condition: &Condition, id: u64, point: &Point) -> Result<bool, Status> {
    match &condition.condition_one_of {
        Some(ConditionOneOf::Field(field)) => field_holds(field, point),
        Some(ConditionOneOf::HasId(ids)) => {
            for wanted in &ids.has_id {
                if number(Some(wanted))? == id {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Err(Status::unimplemented("conditions of this kind")),
    }
}

fn field_holds(field: &FieldCondition, point: &Point) -> Result<bool, Status> {
    let Some(Kind::IntegerValue(value)) = point.payload.get(&field.key).and_then(|value| value.kind.as_ref())
    else {
        return Ok(false);
    };
    let wanted = field.r#match.as_ref().and_then(|one| one.match_value.as_ref());
    let matches = match wanted {
        None => true,
        Some(MatchValue::Integer(wanted)) => wanted == value,
        Some(MatchValue::Integers(wanted)) => wanted.integers.contains(value),
        Some(_) => return Err(Status::unimplemented("matching other things than integers")),
    };
    Ok(matches && field.range.as_ref().is_none_or(|range| within(range, *value as f64)))
}

fn within(range: &Range, value: f64) -> bool {
    range.lt.is_none_or(|bound| value < bound)
        && range.lte.is_none_or(|bound| value <= bound)
        && range.gt.is_none_or(|bound| value > bound)
        && range.gte.is_none_or(|bound| value >= bound)
}
