//! A customer's site: devices that answer Modbus, sensors that publish over MQTT, and the notes of both about what
//! they gave to whom. Values drift, counters count, alarms come on demand, and each device can be made to fail.

pub mod fault;
mod frame;
pub mod image;
pub mod layout;
pub mod modbus;
pub mod profile;
pub mod sensor;
pub mod wave;

pub use fault::Fault;
pub use image::{Encoding, Image, Point, Served, Table, WordOrder};
pub use layout::{Layout, Script, Site};
pub use modbus::ModbusDevice;
pub use profile::Profile;
pub use sensor::Sensor;
pub use wave::Wave;
