"""A Modbus TCP server that is not ours (pymodbus), told by its parent what its registers hold.

Prints the port it listens on. Then each line on standard input sets one register: "holding 3 17" or "input 0 5".
Ends when standard input ends, so that it never outlives the test that started it.
"""

import asyncio
import socket
import sys

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

SIZE = 256
REGISTERS = {3: [0] * SIZE, 4: [0] * SIZE}
NAMES = {"holding": 3, "input": 4}


async def on_access(function, start, address, count, current, new):
    """Puts the values that the test wants in front of each read."""
    if new is None and function in REGISTERS:
        for at in range(address, address + count):
            current[at - start] = REGISTERS[function][at]


async def main():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def block(kind):
        return [SimData(0, count=SIZE if kind == DataType.REGISTERS else 16, values=0 if kind == DataType.REGISTERS else False, datatype=kind)]

    bits, words = DataType.BITS, DataType.REGISTERS
    device = SimDevice(id=1, simdata=(block(bits), block(bits), block(words), block(words)), action=on_access)
    server = ModbusTcpServer(device, address=("127.0.0.1", port))
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
