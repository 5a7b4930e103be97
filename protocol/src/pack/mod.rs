//! Readings to bytes and back: columns of a class laid end to end and compressed as one.
//!
//! A *class* is (kind, unit, scale): all temperatures in tenths of a degree, whatever their device. A small column
//! alone costs three to four times what it costs among its like, so what the coder learns is shared by a class.
//! Whole numbers, booleans and floats that are images of decimals go through an adaptive arithmetic coder (`ints`), which
//! sends no tables and so is at its best with the few rows of a live batch; other floats go through `pco`.
//!
//! Layout of [`PackedBatch::columns`]: the time section, then one section per class that has rows, in the
//! order in which the classes first appear in the schema. A section is a method byte, a length and the bytes.
//!
//! Decoding trusts nothing: the number of rows is bounded before anything is allocated, every section must give
//! exactly the samples that the spans announce, and nothing may be left over.

mod decimals;
mod ints;
mod ladder;
mod numbers;
mod range;
mod section;
mod texts;

use crate::v1::{Group, Kind, PackedBatch, QualityRun, RowSpan, Scale, Schema, SchemaHash};
use section::{Reader, SectionError, Writer};

/// Most samples in one batch.
pub const MAX_POINTS: usize = 1 << 18;
/// Longest text sample in bytes.
pub const MAX_TEXT_BYTES: usize = 256;
/// Most bytes of text in one batch, repetitions included.
pub const MAX_TEXTS_BYTES: usize = 16 << 20;

/// Readings in the clear: what the agent gathers and the cloud's compaction reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Groups with rows, by rising group index, each at most once.
    pub groups: Vec<Rows>,
    /// Samples that are not good.
    pub quality: Vec<QualityRun>,
}

/// The rows of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// Index into the schema's groups.
    pub group: u16,
    /// One time per row, Unix milliseconds.
    pub times_ms: Vec<i64>,
    /// One per column of the group, each as long as `times_ms`.
    pub columns: Vec<Values>,
}

/// The raw values of one column. A bad sample has a filler: repeat the value before it.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// For [`Kind::Int`].
    Int(Vec<i64>),
    /// For [`Kind::UInt`].
    UInt(Vec<u64>),
    /// For [`Kind::Float32`].
    Float32(Vec<f32>),
    /// For [`Kind::Float64`].
    Float64(Vec<f64>),
    /// For [`Kind::Bool`].
    Bool(Vec<bool>),
    /// For [`Kind::Text`].
    Text(Vec<String>),
}

impl Values {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Int(v) => v.len(),
            Self::UInt(v) => v.len(),
            Self::Float32(v) => v.len(),
            Self::Float64(v) => v.len(),
            Self::Bool(v) => v.len(),
            Self::Text(v) => v.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An empty column of `kind`.
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Int => Self::Int(Vec::new()),
            Kind::UInt => Self::UInt(Vec::new()),
            Kind::Float32 => Self::Float32(Vec::new()),
            Kind::Float64 => Self::Float64(Vec::new()),
            Kind::Bool => Self::Bool(Vec::new()),
            Kind::Text => Self::Text(Vec::new()),
        }
    }
}

/// Why readings do not pack or unpack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// Rows, columns and schema do not fit together.
    #[error("the batch does not fit its schema: {0}")]
    Shape(&'static str),
    /// More samples than [`MAX_POINTS`].
    #[error("the batch has {points} samples; at most {MAX_POINTS} are accepted")]
    TooMany {
        /// How many.
        points: usize,
    },
    /// The compressed bytes are damaged.
    #[error("the batch's columns are damaged: {0}")]
    Damaged(#[from] SectionError),
}

/// A class of columns: these are laid end to end.
type Class<'a> = (Kind, &'a str, Scale);

fn classes(schema: &Schema) -> Vec<Class<'_>> {
    let mut found: Vec<Class<'_>> = Vec::new();
    for column in schema.groups.iter().flat_map(|group| &group.columns) {
        let class = (column.kind, column.unit.as_str(), column.scale);
        if !found.contains(&class) {
            found.push(class);
        }
    }
    found
}

/// Packs `batch`, whose columns `schema` (with its `hash`) describes.
///
/// # Errors
/// [`PackError::Shape`] when a group, a column or a quality run lies outside the schema or the rows;
/// [`PackError::TooMany`] above the bound.
pub fn pack(schema: &Schema, hash: SchemaHash, batch: &Batch) -> Result<PackedBatch, PackError> {
    let points = check_shape(schema, batch)?;
    let times: Vec<&[i64]> = batch.groups.iter().map(|rows| rows.times_ms.as_slice()).collect();
    let all = || times.iter().flat_map(|column| column.iter().copied());
    let first_ms = all().min().ok_or(PackError::Shape("it has no rows"))?;
    let last_ms = all().max().unwrap_or(first_ms);
    let mut writer = Writer::default();
    let offset = |rows: &Rows| {
        let interval = interval_of(schema, rows.group);
        let offset =
            |(row, t): (i64, &i64)| t.wrapping_sub(first_ms).wrapping_sub(row.wrapping_mul(interval));
        (0i64..).zip(&rows.times_ms).map(offset).collect()
    };
    let offsets: Vec<Vec<i64>> = batch.groups.iter().map(offset).collect();
    writer.ints(&offsets.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
    for class in classes(schema) {
        let of_class: Vec<&Values> = batch
            .groups
            .iter()
            .filter_map(|rows| Some((schema.groups.get(usize::from(rows.group))?, rows)))
            .flat_map(|(group, rows)| in_class(group, class).filter_map(|at| rows.columns.get(at)))
            .collect();
        if !of_class.is_empty() {
            writer.values(class.0, &of_class)?;
        }
    }
    Ok(PackedBatch {
        schema: hash,
        first_ms,
        last_ms,
        points: u32::try_from(points).map_err(|_| PackError::TooMany { points })?,
        spans: spans(batch)?,
        columns: writer.into_bytes(),
        quality: batch.quality.clone(),
    })
}

/// Reads `packed`, whose columns `schema` describes.
///
/// # Errors
/// [`PackError`] for anything that `pack` would not have written; never panics, whatever the bytes.
pub fn unpack(schema: &Schema, packed: &PackedBatch) -> Result<Batch, PackError> {
    let mut groups = empty_rows(schema, packed)?;
    let mut reader = Reader::new(&packed.columns);
    let lengths: Vec<usize> = groups.iter().map(|(_, rows)| *rows).collect();
    let times = reader.ints(&lengths)?;
    let mut out: Vec<Rows> = Vec::with_capacity(groups.len());
    for ((group, _), times) in groups.iter().zip(times) {
        let width = schema.groups.get(usize::from(*group)).map_or(0, |g| g.columns.len());
        let interval = interval_of(schema, *group);
        let time =
            |(row, t): (i64, i64)| t.wrapping_add(packed.first_ms).wrapping_add(row.wrapping_mul(interval));
        let times_ms = (0i64..).zip(times).map(time).collect();
        out.push(Rows { group: *group, times_ms, columns: Vec::with_capacity(width) });
    }
    let mut columns: Vec<Vec<Option<Values>>> =
        out.iter().map(|rows| width_of(schema, rows.group)).map(|width| vec![None; width]).collect();
    for class in classes(schema) {
        let mut places = Vec::new();
        for (index, (group, rows)) in groups.iter().enumerate() {
            if let Some(group) = schema.groups.get(usize::from(*group)) {
                places.extend(in_class(group, class).map(|column| (index, column, *rows)));
            }
        }
        if places.is_empty() {
            continue;
        }
        let lengths: Vec<usize> = places.iter().map(|(_, _, rows)| *rows).collect();
        for ((index, column, _), values) in places.iter().zip(reader.values(class.0, &lengths)?) {
            if let Some(slot) = columns.get_mut(*index).and_then(|c| c.get_mut(*column)) {
                *slot = Some(values);
            }
        }
    }
    reader.finish()?;
    for (rows, columns) in out.iter_mut().zip(columns) {
        rows.columns = columns
            .into_iter()
            .collect::<Option<Vec<_>>>()
            .ok_or(PackError::Shape("a column belongs to no class"))?;
    }
    groups.clear();
    let batch = Batch { groups: out, quality: packed.quality.clone() };
    let points = check_shape(schema, &batch)?;
    if usize::try_from(packed.points).is_ok_and(|announced| announced == points) {
        Ok(batch)
    } else {
        Err(PackError::Shape("it announces another number of samples than it holds"))
    }
}

fn width_of(schema: &Schema, group: u16) -> usize {
    schema.groups.get(usize::from(group)).map_or(0, |g| g.columns.len())
}

/// Rows of a group are expected this far apart; what is left of their times is small.
fn interval_of(schema: &Schema, group: u16) -> i64 {
    schema.groups.get(usize::from(group)).map_or(0, |g| i64::from(g.interval_ms))
}

fn in_class<'a>(group: &'a Group, class: Class<'a>) -> impl Iterator<Item = usize> + 'a {
    let of = move |column: &crate::v1::Column| {
        column.kind == class.0 && column.unit == class.1 && column.scale == class.2
    };
    group.columns.iter().enumerate().filter(move |(_, column)| of(column)).map(|(at, _)| at)
}

/// The groups that have rows and how many, bounded before anything is allocated for them.
fn empty_rows(schema: &Schema, packed: &PackedBatch) -> Result<Vec<(u16, usize)>, PackError> {
    let mut groups = Vec::new();
    let mut points = 0usize;
    let mut next = 0usize;
    for span in &packed.spans {
        let first = usize::from(span.first_group);
        let end = first + usize::from(span.groups);
        if first < next || end > schema.groups.len() || span.groups == 0 || span.rows == 0 {
            return Err(PackError::Shape("its spans are out of order or outside the schema"));
        }
        next = end;
        let rows = usize::try_from(span.rows).map_err(|_| PackError::Shape("a span is too long"))?;
        for group in first..end {
            let index = u16::try_from(group).map_err(|_| PackError::Shape("a group index is too large"))?;
            // Empty groups still carry times, so they count as one sample a row.
            points = points.saturating_add(rows.saturating_mul(width_of(schema, index).max(1)));
            if points > MAX_POINTS {
                return Err(PackError::TooMany { points });
            }
            groups.push((index, rows));
        }
    }
    if groups.is_empty() { Err(PackError::Shape("it has no rows")) } else { Ok(groups) }
}

fn check_shape(schema: &Schema, batch: &Batch) -> Result<usize, PackError> {
    let mut points = 0usize;
    let mut last = None;
    for rows in &batch.groups {
        let group = schema.groups.get(usize::from(rows.group)).ok_or(PackError::Shape("an unknown group"))?;
        if last.is_some_and(|last| last >= rows.group) {
            return Err(PackError::Shape("its groups are not in order"));
        }
        last = Some(rows.group);
        if rows.times_ms.is_empty() || rows.columns.len() != group.columns.len() {
            return Err(PackError::Shape("a group has no rows or another number of columns"));
        }
        for (column, values) in group.columns.iter().zip(&rows.columns) {
            if values.len() != rows.times_ms.len() {
                return Err(PackError::Shape("a column has another number of rows than its group"));
            }
            if std::mem::discriminant(values) != std::mem::discriminant(&Values::empty(column.kind)) {
                return Err(PackError::Shape("a column has values of another kind"));
            }
        }
        points = points.saturating_add(rows.times_ms.len().saturating_mul(group.columns.len().max(1)));
    }
    if points > MAX_POINTS {
        return Err(PackError::TooMany { points });
    }
    for run in &batch.quality {
        let rows = batch.groups.iter().find(|rows| rows.group == run.group);
        let rows = rows.ok_or(PackError::Shape("a quality run lies outside its group"))?;
        let end = u64::from(run.start) + u64::from(run.len);
        if run.len == 0 || end > rows.times_ms.len() as u64 || usize::from(run.column) >= rows.columns.len() {
            return Err(PackError::Shape("a quality run lies outside its column"));
        }
    }
    Ok(batch.groups.iter().map(|rows| rows.times_ms.len() * rows.columns.len()).sum())
}

fn spans(batch: &Batch) -> Result<Vec<RowSpan>, PackError> {
    let mut spans: Vec<RowSpan> = Vec::new();
    for group in &batch.groups {
        let rows =
            u32::try_from(group.times_ms.len()).map_err(|_| PackError::Shape("a group is too long"))?;
        match spans.last_mut() {
            Some(last)
                if last.rows == rows
                    && last.first_group.checked_add(last.groups) == Some(group.group)
                    && last.groups < u16::MAX =>
            {
                last.groups += 1;
            }
            _ => spans.push(RowSpan { first_group: group.group, groups: 1, rows }),
        }
    }
    Ok(spans)
}
