//! The simulated device against the client library that the agent uses.

use super::ModbusDevice;
use crate::site::{Encoding, Fault, Image, Point, Table, Wave, WordOrder};
use anyhow::Result;
use std::time::Duration;
use tokio_modbus::client::{Context, tcp};
use tokio_modbus::prelude::{Reader as _, Writer as _};

fn registers() -> Image {
    let point = |metric: &str, table, address, encoding, wave| Point {
        metric: metric.to_owned(),
        table,
        address,
        encoding,
        order: WordOrder::Abcd,
        wave,
    };
    Image::new(vec![
        point("total", Table::Holding, 10, Encoding::Unsigned(2), Wave::Serial { start: 70_000 }),
        point("running", Table::Coil, 3, Encoding::Bool, Wave::Fixed(1.0)),
    ])
}

async fn connect(device: &ModbusDevice) -> Result<Context> {
    Ok(tcp::connect(device.address()).await?)
}

#[tokio::test]
async fn it_answers_reads_counts_them_and_refuses_writes() -> Result<()> {
    let device = ModbusDevice::start(registers(), 0).await?;
    let mut client = connect(&device).await?;
    assert_eq!(client.read_holding_registers(10, 2).await??, [1, 4464]);
    assert_eq!(client.read_holding_registers(10, 2).await??, [1, 4465]);
    assert!(client.read_coils(3, 1).await??[0]);
    assert_eq!(device.counts(), (3, 3));
    assert_eq!(device.answered().len(), 3);
    assert!(client.write_single_register(10, 1).await?.is_err(), "a write was taken");
    assert_eq!(device.refused_writes(), 1);
    Ok(())
}

#[tokio::test]
async fn each_fault_is_seen_by_a_client_as_a_fault() -> Result<()> {
    let device = ModbusDevice::start(registers(), 0).await?;
    for fault in [
        Fault::Silence,
        Fault::Exception(6),
        Fault::Drop,
        Fault::Garbage,
        Fault::Truncate,
        Fault::WrongTransaction,
        Fault::LateReply(Duration::from_secs(5)),
        Fault::Delay(Duration::from_secs(5)),
    ] {
        device.set_fault(fault);
        let mut client = connect(&device).await?;
        let read =
            tokio::time::timeout(Duration::from_millis(100), client.read_holding_registers(10, 2)).await;
        let fine = matches!(read, Ok(Ok(Ok(_))));
        assert!(!fine, "{fault:?} went unnoticed");
    }
    device.set_fault(Fault::None);
    assert!(connect(&device).await?.read_holding_registers(10, 2).await?.is_ok());
    Ok(())
}
