"""A Sparkplug B edge node that is not ours (pysparkplug), told by its parent what to say.

Usage: sparkplug_node.py PORT. Node `node` of group `group` with the device `dev`; each metric has an alias. Prints
"born" after each birth. Commands, one a line, on standard input:

    data NAME VALUE [MS]      a value of the device by alias, measured at MS
    history NAME VALUE MS     the same, marked historical
    node VALUE                a value of the node itself, by name
    skip                      a message that nobody will ever see: its number is used up
    leave | join              the device takes its leave, and comes back

Ends when standard input ends, without a farewell: the broker then tells its last will.
"""

import os
import sys
import threading
import time

import pysparkplug as sp

GROUP, NODE, DEVICE = "group", "node", "dev"
METRICS = {
    "temp": (sp.DataType.DOUBLE, 1, 20.5),
    "count": (sp.DataType.UINT64, 2, 2**64 - 1),
    "offset": (sp.DataType.INT16, 3, -7),
    "running": (sp.DataType.BOOLEAN, 4, True),
    "mode": (sp.DataType.STRING, 5, "auto"),
    "secret": (sp.DataType.DOUBLE, 6, 424242.0),
}


def now():
    return int(time.time() * 1000)


def metric(name, value=None, at=None, historical=False, by_alias=False):
    datatype, alias, first = METRICS[name]
    value = first if value is None else value
    return sp.Metric(
        timestamp=at or now(), name=None if by_alias else name, datatype=datatype, value=value,
        alias=alias, is_historical=historical,
    )


def device():
    return sp.Device(DEVICE, metrics=[metric(name) for name in METRICS])


def parse(name, text):
    datatype = METRICS[name][0]
    if datatype == sp.DataType.BOOLEAN:
        return text == "true"
    if datatype == sp.DataType.STRING:
        return text
    return float(text) if datatype == sp.DataType.DOUBLE else int(text)


class Node:
    """The library's edge node, and the births that it is asked for."""

    def __init__(self, port):
        self.client = sp.Client(client_id="edge-node")
        own = sp.Metric(timestamp=now(), name="cpu", datatype=sp.DataType.INT32, value=1)
        self.node = sp.EdgeNode(GROUP, NODE, metrics=[own], client=self.client, cmd_callback=self.command)
        self.node.register(device())
        self.node.connect("127.0.0.1", port=port)

    def command(self, _node, message):
        if any(m.name == "Node Control/Rebirth" and m.value for m in message.payload.metrics):
            # The library says births only when it connects, so they are said by hand, off its network thread.
            threading.Thread(target=self.birth).start()

    def publish(self, kind, payload, device_id=None):
        topic = sp.Topic(message_type=kind, group_id=GROUP, edge_node_id=NODE, device_id=device_id)
        self.client.publish(sp.Message(topic=topic, payload=payload, qos=sp.QoS.AT_MOST_ONCE, retain=False),
                            include_dtypes=True)

    def birth(self):
        metrics = (*self.node.metrics.values(), self.node._bd_seq_metric)
        self.publish(sp.MessageType.NBIRTH, sp.NBirth(timestamp=now(), seq=self.node._seq, metrics=metrics))
        metrics = tuple(metric(name) for name in METRICS)
        self.publish(sp.MessageType.DBIRTH, sp.DBirth(timestamp=now(), seq=self.node._seq, metrics=metrics), DEVICE)
        print("born", flush=True)

    def data(self, *metrics):
        payload = sp.DData(timestamp=now(), seq=self.node._seq, metrics=metrics)
        self.publish(sp.MessageType.DDATA, payload, DEVICE)

    def obey(self, words):
        match words:
            case ["data", name, value, *at]:
                self.data(metric(name, parse(name, value), int(at[0]) if at else None, by_alias=True))
            case ["history", name, value, at]:
                self.data(metric(name, parse(name, value), int(at), historical=True, by_alias=True))
            case ["node", value]:
                self.node.update([sp.Metric(timestamp=now(), name="cpu", datatype=sp.DataType.INT32, value=int(value))])
            case ["skip"]:
                self.node._seq
            case ["leave"]:
                self.node.deregister(DEVICE)
            case ["join"]:
                self.node.register(device())


def main():
    node = Node(int(sys.argv[1]))
    print("born", flush=True)
    for line in sys.stdin:
        node.obey(line.split())
        print("said", flush=True)
    os._exit(1)  # without a farewell


main()
