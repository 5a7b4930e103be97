//! What stands where in the models of inverters and meters. Offsets count from the model's id.
//!
//! Source: SunSpec Alliance, information models 1, 101 to 103, 111 to 113, 160, 201 to 204, 211 to 214 (JSON
//! definitions, version 1.1); names of the others as published there.

/// How a point is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Int16,
    Uint16,
    /// An enumeration: a number without a scale.
    Enum16,
    /// A counter of 32 bits; 0 means "not accumulated".
    Acc32,
    Bits32,
    Float32,
}

/// A point that is worth a metric.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) unit: &'static str,
    pub(super) offset: u16,
    pub(super) code: Code,
    /// Offset of the register with its power of ten.
    pub(super) scale_at: Option<u16>,
}

const fn scaled(
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    offset: u16,
    code: Code,
    scale_at: u16,
) -> Point {
    Point { name, label, unit, offset, code, scale_at: Some(scale_at) }
}

const fn plain(
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    offset: u16,
    code: Code,
) -> Point {
    Point { name, label, unit, offset, code, scale_at: None }
}

/// What a model is called; `None` for one that is not in this table.
pub(super) fn title(id: u16) -> Option<&'static str> {
    Some(match id {
        1 => "common",
        101 => "inverter, single phase",
        102 => "inverter, split phase",
        103 => "inverter, three phase",
        111 => "inverter, single phase, float",
        112 => "inverter, split phase, float",
        113 => "inverter, three phase, float",
        120 => "nameplate ratings",
        121 => "basic settings",
        122 => "extended measurements and status",
        123 => "immediate controls",
        124 => "storage",
        125 => "pricing",
        126 => "static volt-var",
        160 => "multiple MPPT inverter",
        201 => "meter, single phase",
        202 => "meter, split phase",
        203 => "meter, three phase, wye",
        204 => "meter, three phase, delta",
        211 => "meter, single phase, float",
        212 => "meter, split phase, float",
        213 => "meter, three phase, wye, float",
        214 => "meter, three phase, delta, float",
        _ => return None,
    })
}

/// The points of a model; none for those that are only recognised.
pub(super) fn points(id: u16) -> &'static [Point] {
    match id {
        101..=103 => &INVERTER,
        111..=113 => &INVERTER_FLOAT,
        201..=204 => &METER,
        211..=214 => &METER_FLOAT,
        _ => &[],
    }
}

use Code::{Acc32, Bits32, Enum16, Float32, Int16, Uint16};

const INVERTER: [Point; 25] = [
    scaled("current", "AC current", "A", 2, Uint16, 6),
    scaled("current_a", "AC current, phase A", "A", 3, Uint16, 6),
    scaled("current_b", "AC current, phase B", "A", 4, Uint16, 6),
    scaled("current_c", "AC current, phase C", "A", 5, Uint16, 6),
    scaled("voltage_ab", "Voltage, phase A to B", "V", 7, Uint16, 13),
    scaled("voltage_bc", "Voltage, phase B to C", "V", 8, Uint16, 13),
    scaled("voltage_ca", "Voltage, phase C to A", "V", 9, Uint16, 13),
    scaled("voltage_a", "Voltage, phase A to neutral", "V", 10, Uint16, 13),
    scaled("voltage_b", "Voltage, phase B to neutral", "V", 11, Uint16, 13),
    scaled("voltage_c", "Voltage, phase C to neutral", "V", 12, Uint16, 13),
    scaled("power", "AC power", "W", 14, Int16, 15),
    scaled("frequency", "Frequency", "Hz", 16, Uint16, 17),
    scaled("apparent_power", "Apparent power", "VA", 18, Int16, 19),
    scaled("reactive_power", "Reactive power", "var", 20, Int16, 21),
    scaled("power_factor", "Power factor", "%", 22, Int16, 23),
    scaled("energy", "Energy", "Wh", 24, Acc32, 26),
    scaled("dc_current", "DC current", "A", 27, Uint16, 28),
    scaled("dc_voltage", "DC voltage", "V", 29, Uint16, 30),
    scaled("dc_power", "DC power", "W", 31, Int16, 32),
    scaled("cabinet_temp", "Cabinet temperature", "°C", 33, Int16, 37),
    scaled("heat_sink_temp", "Heat sink temperature", "°C", 34, Int16, 37),
    scaled("transformer_temp", "Transformer temperature", "°C", 35, Int16, 37),
    scaled("other_temp", "Other temperature", "°C", 36, Int16, 37),
    plain("state", "Operating state", "", 38, Enum16),
    plain("events", "Event flags", "", 40, Bits32),
];

const INVERTER_FLOAT: [Point; 25] = [
    plain("current", "AC current", "A", 2, Float32),
    plain("current_a", "AC current, phase A", "A", 4, Float32),
    plain("current_b", "AC current, phase B", "A", 6, Float32),
    plain("current_c", "AC current, phase C", "A", 8, Float32),
    plain("voltage_ab", "Voltage, phase A to B", "V", 10, Float32),
    plain("voltage_bc", "Voltage, phase B to C", "V", 12, Float32),
    plain("voltage_ca", "Voltage, phase C to A", "V", 14, Float32),
    plain("voltage_a", "Voltage, phase A to neutral", "V", 16, Float32),
    plain("voltage_b", "Voltage, phase B to neutral", "V", 18, Float32),
    plain("voltage_c", "Voltage, phase C to neutral", "V", 20, Float32),
    plain("power", "AC power", "W", 22, Float32),
    plain("frequency", "Frequency", "Hz", 24, Float32),
    plain("apparent_power", "Apparent power", "VA", 26, Float32),
    plain("reactive_power", "Reactive power", "var", 28, Float32),
    plain("power_factor", "Power factor", "%", 30, Float32),
    plain("energy", "Energy", "Wh", 32, Float32),
    plain("dc_current", "DC current", "A", 34, Float32),
    plain("dc_voltage", "DC voltage", "V", 36, Float32),
    plain("dc_power", "DC power", "W", 38, Float32),
    plain("cabinet_temp", "Cabinet temperature", "°C", 40, Float32),
    plain("heat_sink_temp", "Heat sink temperature", "°C", 42, Float32),
    plain("transformer_temp", "Transformer temperature", "°C", 44, Float32),
    plain("other_temp", "Other temperature", "°C", 46, Float32),
    plain("state", "Operating state", "", 48, Enum16),
    plain("events", "Event flags", "", 50, Bits32),
];

const METER: [Point; 39] = [
    scaled("current", "Current", "A", 2, Int16, 6),
    scaled("current_a", "Current, phase A", "A", 3, Int16, 6),
    scaled("current_b", "Current, phase B", "A", 4, Int16, 6),
    scaled("current_c", "Current, phase C", "A", 5, Int16, 6),
    scaled("voltage_ln", "Voltage to neutral, average", "V", 7, Int16, 15),
    scaled("voltage_a", "Voltage, phase A to neutral", "V", 8, Int16, 15),
    scaled("voltage_b", "Voltage, phase B to neutral", "V", 9, Int16, 15),
    scaled("voltage_c", "Voltage, phase C to neutral", "V", 10, Int16, 15),
    scaled("voltage_ll", "Voltage between phases, average", "V", 11, Int16, 15),
    scaled("voltage_ab", "Voltage, phase A to B", "V", 12, Int16, 15),
    scaled("voltage_bc", "Voltage, phase B to C", "V", 13, Int16, 15),
    scaled("voltage_ca", "Voltage, phase C to A", "V", 14, Int16, 15),
    scaled("frequency", "Frequency", "Hz", 16, Int16, 17),
    scaled("power", "Power", "W", 18, Int16, 22),
    scaled("power_a", "Power, phase A", "W", 19, Int16, 22),
    scaled("power_b", "Power, phase B", "W", 20, Int16, 22),
    scaled("power_c", "Power, phase C", "W", 21, Int16, 22),
    scaled("apparent_power", "Apparent power", "VA", 23, Int16, 27),
    scaled("apparent_power_a", "Apparent power, phase A", "VA", 24, Int16, 27),
    scaled("apparent_power_b", "Apparent power, phase B", "VA", 25, Int16, 27),
    scaled("apparent_power_c", "Apparent power, phase C", "VA", 26, Int16, 27),
    scaled("reactive_power", "Reactive power", "var", 28, Int16, 32),
    scaled("reactive_power_a", "Reactive power, phase A", "var", 29, Int16, 32),
    scaled("reactive_power_b", "Reactive power, phase B", "var", 30, Int16, 32),
    scaled("reactive_power_c", "Reactive power, phase C", "var", 31, Int16, 32),
    scaled("power_factor", "Power factor", "%", 33, Int16, 37),
    scaled("power_factor_a", "Power factor, phase A", "%", 34, Int16, 37),
    scaled("power_factor_b", "Power factor, phase B", "%", 35, Int16, 37),
    scaled("power_factor_c", "Power factor, phase C", "%", 36, Int16, 37),
    scaled("energy_exported", "Energy exported", "Wh", 38, Acc32, 54),
    scaled("energy_exported_a", "Energy exported, phase A", "Wh", 40, Acc32, 54),
    scaled("energy_exported_b", "Energy exported, phase B", "Wh", 42, Acc32, 54),
    scaled("energy_exported_c", "Energy exported, phase C", "Wh", 44, Acc32, 54),
    scaled("energy_imported", "Energy imported", "Wh", 46, Acc32, 54),
    scaled("energy_imported_a", "Energy imported, phase A", "Wh", 48, Acc32, 54),
    scaled("energy_imported_b", "Energy imported, phase B", "Wh", 50, Acc32, 54),
    scaled("energy_imported_c", "Energy imported, phase C", "Wh", 52, Acc32, 54),
    scaled("apparent_energy_exported", "Apparent energy exported", "VAh", 55, Acc32, 71),
    scaled("apparent_energy_imported", "Apparent energy imported", "VAh", 63, Acc32, 71),
];

const METER_FLOAT: [Point; 37] = [
    plain("current", "Current", "A", 2, Float32),
    plain("current_a", "Current, phase A", "A", 4, Float32),
    plain("current_b", "Current, phase B", "A", 6, Float32),
    plain("current_c", "Current, phase C", "A", 8, Float32),
    plain("voltage_ln", "Voltage to neutral, average", "V", 10, Float32),
    plain("voltage_a", "Voltage, phase A to neutral", "V", 12, Float32),
    plain("voltage_b", "Voltage, phase B to neutral", "V", 14, Float32),
    plain("voltage_c", "Voltage, phase C to neutral", "V", 16, Float32),
    plain("voltage_ll", "Voltage between phases, average", "V", 18, Float32),
    plain("voltage_ab", "Voltage, phase A to B", "V", 20, Float32),
    plain("voltage_bc", "Voltage, phase B to C", "V", 22, Float32),
    plain("voltage_ca", "Voltage, phase C to A", "V", 24, Float32),
    plain("frequency", "Frequency", "Hz", 26, Float32),
    plain("power", "Power", "W", 28, Float32),
    plain("power_a", "Power, phase A", "W", 30, Float32),
    plain("power_b", "Power, phase B", "W", 32, Float32),
    plain("power_c", "Power, phase C", "W", 34, Float32),
    plain("apparent_power", "Apparent power", "VA", 36, Float32),
    plain("apparent_power_a", "Apparent power, phase A", "VA", 38, Float32),
    plain("apparent_power_b", "Apparent power, phase B", "VA", 40, Float32),
    plain("apparent_power_c", "Apparent power, phase C", "VA", 42, Float32),
    plain("reactive_power", "Reactive power", "var", 44, Float32),
    plain("reactive_power_a", "Reactive power, phase A", "var", 46, Float32),
    plain("reactive_power_b", "Reactive power, phase B", "var", 48, Float32),
    plain("reactive_power_c", "Reactive power, phase C", "var", 50, Float32),
    plain("power_factor", "Power factor", "%", 52, Float32),
    plain("power_factor_a", "Power factor, phase A", "%", 54, Float32),
    plain("power_factor_b", "Power factor, phase B", "%", 56, Float32),
    plain("power_factor_c", "Power factor, phase C", "%", 58, Float32),
    plain("energy_exported", "Energy exported", "Wh", 60, Float32),
    plain("energy_exported_a", "Energy exported, phase A", "Wh", 62, Float32),
    plain("energy_exported_b", "Energy exported, phase B", "Wh", 64, Float32),
    plain("energy_exported_c", "Energy exported, phase C", "Wh", 66, Float32),
    plain("energy_imported", "Energy imported", "Wh", 68, Float32),
    plain("energy_imported_a", "Energy imported, phase A", "Wh", 70, Float32),
    plain("energy_imported_b", "Energy imported, phase B", "Wh", 72, Float32),
    plain("energy_imported_c", "Energy imported, phase C", "Wh", 74, Float32),
];

/// The points of one module of model 160; its offset counts from the module, its scale from the model.
pub(super) const MPPT: [Point; 5] = [
    scaled("current", "DC current", "A", 9, Uint16, 2),
    scaled("voltage", "DC voltage", "V", 10, Uint16, 3),
    scaled("power", "DC power", "W", 11, Uint16, 4),
    scaled("energy", "Energy", "Wh", 12, Acc32, 5),
    plain("temp", "Temperature", "°C", 16, Int16),
];
/// Where the modules of model 160 begin, where their number stands, and how long one is.
pub(super) const MPPT_BEGIN: u16 = 10;
pub(super) const MPPT_COUNT_AT: u16 = 8;
pub(super) const MPPT_LENGTH: u16 = 20;
