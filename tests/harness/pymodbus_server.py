"""A Modbus server that is not ours (pymodbus), told by its parent what its registers hold.

usage: pymodbus_server.py tcp | rtu_over_tcp | tls CERT KEY CA | rtu PORT

Prints the TCP port it listens on, 0 on a serial port. Then each line on standard input sets one register:
"holding 3 17", "input 0 5" (a line that cannot be read ends it). Ends when standard input ends, so that it never
outlives the test that started it. Units 1 and 2 hold the same; both say of themselves who they are.
"""

import asyncio
import socket
import ssl
import sys

from pymodbus import FramerType
from pymodbus.pdu.device import ModbusDeviceIdentification
from pymodbus.server import ModbusSerialServer, ModbusTcpServer, ModbusTlsServer
from pymodbus.simulator import DataType, SimData, SimDevice

SIZE = 256
REGISTERS = {3: [0] * SIZE, 4: [0] * SIZE}
NAMES = {"holding": 3, "input": 4}
# Bit 0 first; a test reads a pattern that no shift leaves the same.
BITS = [True, False, False, True, True, True, False, True] + [False] * 7 + [True]


async def on_access(function, start, address, count, current, new):
    """Puts the values that the test wants in front of each read."""
    if new is None and function in REGISTERS:
        for at in range(address, address + count):
            current[at - start] = REGISTERS[function][at]


def device(unit):
    words = [SimData(0, count=SIZE, values=0, datatype=DataType.REGISTERS)]
    bits = [SimData(at, values=bit, datatype=DataType.BITS) for at, bit in enumerate(BITS)]
    return SimDevice(id=unit, simdata=(bits, bits, words, words), action=on_access)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def make(transport, arguments):
    identity = ModbusDeviceIdentification(
        info_name={"VendorName": "pymodbus", "ProductCode": "PM", "MajorMinorRevision": "3.16"}
    )
    devices = [device(1), device(2)]
    if transport == "rtu":
        return 0, ModbusSerialServer(devices, port=arguments[0], baudrate=115200, identity=identity)
    port = free_port()
    at = {"address": ("127.0.0.1", port), "identity": identity}
    if transport == "tls":
        certificate, key, authority = arguments
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
        return port, ModbusTlsServer(devices, framer=FramerType.SOCKET, sslctx=context, **at)
    framer = FramerType.RTU if transport == "rtu_over_tcp" else FramerType.SOCKET
    return port, ModbusTcpServer(devices, framer=framer, **at)


async def main():
    port, server = make(sys.argv[1], sys.argv[2:])
    await server.serve_forever(background=True)
    print(port, flush=True)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        table, address, value = line.split()
        REGISTERS[NAMES[table.decode()]][int(address)] = int(value)
    await server.shutdown()


asyncio.run(main())
