#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Creates the input of the selftest rust_packets: a capture, and tshark's report on it.

rust_packets_capture.py DIRECTORY: writes rust_packets.pcap and rust_packets.txt there.

The network stack of this machine creates all packets. They are sent over loopback, and between two
network namespaces that exist only while this script runs. The links between the namespaces have no
VLAN tag, one tag and two tags.
"""

import collections
import contextlib
import ipaddress
import itertools
import os
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time

PORT = 7000
# The links between the namespaces, indexed by the number of VLAN tags.
LINKS = ["plain", "tagged", "stacked"]
MTU = 1280
# Longer than the MTU, so it is sent in fragments.
LONG = bytes(1300)

RECORD_ROUTE = bytes([7, 23, 4] + [0] * 20 + [1])
# Each header begins with the next header, which the kernel sets, and its own length. The options
# are a router alert, and an experimental option that receivers skip if they do not know it.
HOP_BY_HOP = bytes([0, 0, 5, 2, 0, 0, 1, 0])
DESTINATION = bytes([0, 1, 0x1e, 12] + [0] * 12)
# The protocols that a useful capture must contain, as tshark names them.
KINDS = set("arp vlan ieee8021ad ip ipv6 ipv6.hopopts ipv6.routing ipv6.dstopts ipv6.fraghdr "
            "tcp udp icmp icmpv6".split())


class CaptureError(Exception):
    """A failure, with its cause and its fix in one line."""


def run(*command):
    """Runs a command, and raises an error if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode:
        raise CaptureError(f"'{' '.join(command)}' failed: {' '.join(done.stdout.split())}")


@contextlib.contextmanager
def running(*command, **pipes):
    """Runs a process, and kills it at the end of the block."""
    with subprocess.Popen(command, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


# The links. Addresses end in 1 on this side, and in 2 on the peer's side.


def addresses(tags, side):
    """Returns the addresses of one side of the link with that many tags."""
    return f"192.0.2.{16 * tags + side}", f"2001:db8:{tags}::{side}"


def set_up_link(tags, side, programs):
    """Configures this namespace's side of a link."""
    device = f"{LINKS[tags]}{side}"
    ipv4, ipv6 = addresses(tags, side)
    if tags:
        run("tc", "qdisc", "add", "dev", device, "clsact")
        for direction, section in ("egress", f"tc/push{tags}"), ("ingress", f"tc/pop{tags}"):
            run("tc", "filter", "add", "dev", device, direction, "bpf", "direct-action",
                "object-file", programs, "section", section)
    run("ip", "address", "add", f"{ipv4}/28", "dev", device)
    run("ip", "address", "add", f"{ipv6}/64", "dev", device, "nodad")
    run("ip", "link", "set", device, "mtu", str(MTU), "up")


# The echo servers of the peer and of loopback.


class EchoDatagram(socketserver.BaseRequestHandler):
    """Echoes a datagram."""

    def handle(self):
        data, sock = self.request
        sock.sendto(data, self.client_address)


class EchoStream(socketserver.BaseRequestHandler):
    """Echoes a stream until the client closes it."""

    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)


class DatagramServer(socketserver.UDPServer):
    """A UDP server for both versions of IP."""

    address_family = socket.AF_INET6


class StreamServer(socketserver.ThreadingTCPServer):
    """A TCP server for both versions of IP."""

    address_family = socket.AF_INET6
    daemon_threads = True


def serve():
    """Starts the servers of this namespace."""
    for kind, handler in (DatagramServer, EchoDatagram), (StreamServer, EchoStream):
        server = kind(("::", PORT), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def peer(programs):
    """Runs the other namespace."""
    print("here", flush=True)
    sys.stdin.readline()
    for tags in range(len(LINKS)):
        set_up_link(tags, 2, programs)
    serve()
    print("ready", flush=True)
    sys.stdin.readline()


# The packets.

ports = itertools.count(20000)


def connected(kind, source, destination, options=(), port=PORT):
    """Returns a connected socket with its own source port and the given options."""
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    sock = socket.socket(family, kind)
    sock.settimeout(5)
    for level, name, value in options:
        sock.setsockopt(level, name, value)
    sock.bind((source, next(ports)))
    sock.connect((destination, port))
    return sock


def datagram(source, destination, data, *options):
    """Sends a UDP datagram, and waits for the echo."""
    with connected(socket.SOCK_DGRAM, source, destination, options) as sock:
        sock.send(data)
        sock.recv(65536)


def lost_datagram(source, destination, *options):
    """Sends a UDP datagram that is not echoed."""
    with connected(socket.SOCK_DGRAM, source, destination, options) as sock:
        sock.send(b"lost")


def refused_datagram(source, destination):
    """Sends a UDP datagram to a closed port, and waits for the ICMP error."""
    with connected(socket.SOCK_DGRAM, source, destination, port=PORT + 1) as sock:
        sock.send(b"refused")
        try:
            sock.recv(1)
        except ConnectionRefusedError:
            pass


def stream(source, destination, data, *options):
    """Sends a TCP stream, and waits for the echo."""
    with connected(socket.SOCK_STREAM, source, destination, options) as sock:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65536):
            pass


def traffic(source, destination):
    """Sends all kinds of packets over one link, with one version of IP."""
    for data in b"short", LONG:
        datagram(source, destination, data)
    stream(source, destination, b"stream")
    refused_datagram(source, destination)
    if ":" not in source:
        options = socket.IPPROTO_IP, socket.IP_OPTIONS, RECORD_ROUTE
        for data in b"options", LONG:
            datagram(source, destination, data, options)
        stream(source, destination, b"options", options)
        return
    hop_by_hop = socket.IPPROTO_IPV6, socket.IPV6_HOPOPTS, HOP_BY_HOP
    first = socket.IPPROTO_IPV6, socket.IPV6_RTHDRDSTOPTS, DESTINATION
    last = socket.IPPROTO_IPV6, socket.IPV6_DSTOPTS, DESTINATION
    # A segment routing header with the destination as its only segment.
    segments = bytes([0, 2, 4, 0, 0, 0, 0, 0]) + socket.inet_pton(socket.AF_INET6, destination)
    routing = socket.IPPROTO_IPV6, socket.IPV6_RTHDR, segments
    for options in [hop_by_hop], [last], [hop_by_hop, last]:
        datagram(source, destination, b"options", *options)
        stream(source, destination, b"options", *options)
    datagram(source, destination, LONG, hop_by_hop, last)
    # By default, hosts drop packets with segment routing.
    lost_datagram(source, destination, routing)
    lost_datagram(source, destination, hop_by_hop, first, routing, last)


def capture(directory, programs):
    """Creates rust_packets.pcap. Runs in its own network namespace."""
    raw, pcap = (os.path.join(directory, name) for name in ("raw.pcapng", "rust_packets.pcap"))
    devices = ["lo"]
    pipe = subprocess.PIPE
    with running("unshare", "--net", sys.executable, __file__, "--peer", programs,
                 stdin=pipe, stdout=pipe) as other, contextlib.ExitStack() as stack:
        other.stdout.readline()
        run("ip", "link", "set", "lo", "mtu", str(MTU), "up")
        for tags, link in enumerate(LINKS):
            run("ip", "link", "add", f"{link}1", "address", f"02:00:00:00:0{tags}:01", "type",
                "veth", "peer", f"{link}2", "address", f"02:00:00:00:0{tags}:02")
            run("ip", "link", "set", f"{link}2", "netns", str(other.pid))
            set_up_link(tags, 1, programs)
            devices.append(f"{link}1")
        serve()

        command = ["dumpcap", "-q", "-w", raw]
        for device in devices:
            command += ["-i", device]
        dumpcap = stack.enter_context(running(*command, stderr=pipe))
        while not (said := dumpcap.stderr.readline()).startswith("File:"):
            if not said:
                raise CaptureError("dumpcap ended: run dumpcap -i lo to see why")

        other.stdin.write("go\n")
        other.stdin.flush()
        if other.stdout.readline() != "ready\n":
            raise CaptureError("the other namespace does not answer: see its error above")
        traffic("127.0.0.1", "127.0.0.1")
        traffic("::1", "::1")
        for tags in range(len(LINKS)):
            for source, destination in zip(addresses(tags, 1), addresses(tags, 2)):
                traffic(source, destination)
        # Wait for packets in transit.
        time.sleep(0.5)
        dumpcap.send_signal(signal.SIGINT)
        dumpcap.communicate()
    run("editcap", "-F", "pcap", raw, pcap)
    os.unlink(raw)


# tshark's report.

# Maps the number of an extension header to the fields of its next header and its length.
EXTENSIONS = {
    0: ("ipv6.hopopts.nxt", "ipv6.hopopts.len_oct"),
    43: ("ipv6.routing.nxt", "ipv6.routing.len_oct"),
    44: ("ipv6.fraghdr.nxt", None),
    51: ("ah.next_header", "ah.length"),
    60: ("ipv6.dstopts.nxt", "ipv6.dstopts.len_oct"),
}
FIELDS = """frame.protocols ip.src ip.dst ip.proto ip.len ip.hdr_len ip.flags.mf ip.frag_offset
    ipv6.src ipv6.dst ipv6.nxt ipv6.plen ipv6.fraghdr.more ipv6.fraghdr.offset
    tcp.srcport tcp.dstport tcp.hdr_len tcp.len udp.srcport udp.dstport udp.length""".split()
LINK_LAYER = {"eth", "ethertype", "vlan", "ieee8021ad"}
FIELDS += [field for fields in EXTENSIONS.values() for field in fields if field]


def packets(pcap):
    """Yields the fields of each packet, each as a list of values."""
    command = ["tshark", "-n", "-r", pcap, "-o", "ip.defragment:FALSE", "-o",
               "ipv6.defragment:FALSE", "-T", "fields", "-E", "separator=;"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        values = [value.split(",") if value else [] for value in line.split(";")]
        yield dict(zip(FIELDS, values, strict=True))


def summary(pcap):
    """Returns the flows with their packets and bytes, the statistics, and the protocols seen."""
    flows = collections.defaultdict(lambda: [0, 0])
    statistics = collections.Counter()
    kinds = set()

    for packet in packets(pcap):
        number = lambda field: int((packet[field] or ["0"])[0], 0)  # pylint: disable=W0640,C3001
        protocols = packet["frame.protocols"][0].split(":")
        kinds.update(protocols)
        # The first protocol after the Ethernet header and the VLAN tags. IP in MPLS counts as
        # "other".
        below = list(itertools.takewhile(LINK_LAYER.__contains__, protocols))
        statistics["vlan_tags"] += below.count("vlan") + below.count("ieee8021ad")
        network = "".join(protocols[len(below):][:1])
        if network not in ("arp", "ip", "ipv6"):
            network = "other"
        statistics[{"ip": "ipv4"}.get(network, network)] += 1
        if network == "ip":
            source, destination = packet["ip.src"][0], packet["ip.dst"][0]
            protocol = number("ip.proto")
            more, offset = packet["ip.flags.mf"][0] in ("1", "True"), number("ip.frag_offset")
            size = number("ip.len") - number("ip.hdr_len")
            statistics["options"] += number("ip.hdr_len") - 20
        elif network == "ipv6":
            source, destination = packet["ipv6.src"][0], packet["ipv6.dst"][0]
            protocol = number("ipv6.nxt")
            more, offset = False, 0
            size = number("ipv6.plen")
            while protocol in EXTENSIONS and not offset:
                following, length = EXTENSIONS[protocol]
                if protocol == 44:
                    more = packet["ipv6.fraghdr.more"][0] in ("1", "True")
                    offset = number("ipv6.fraghdr.offset")
                length = int(packet[length].pop(0)) if length else 8
                if protocol == 51:
                    # The field is in words of 4 bytes, minus 2.
                    length = 4 * (length + 2)
                size -= length
                statistics["options"] += length
                protocol = int(packet[following].pop(0))
        else:
            continue
        statistics["fragments"] += bool(more or offset)
        ports = 0, 0
        if protocol == socket.IPPROTO_TCP and not offset:
            ports = number("tcp.srcport"), number("tcp.dstport")
            size = size - number("tcp.hdr_len") if more else number("tcp.len")
            statistics["options"] += number("tcp.hdr_len") - 20
        elif protocol == socket.IPPROTO_UDP and not offset:
            ports = number("udp.srcport"), number("udp.dstport")
            size = (size if more else number("udp.length")) - 8
        flow = flows[source, ports[0], destination, ports[1], protocol]
        flow[0] += 1
        flow[1] += size
    return flows, statistics, kinds


def write_summary(directory):
    """Writes rust_packets.txt, in the format that the selftest uses for the driver's report."""
    flows, statistics, kinds = summary(os.path.join(directory, "rust_packets.pcap"))
    if KINDS - kinds or not statistics["fragments"]:
        lacking = ", ".join(sorted(KINDS - kinds)) or "fragments"
        raise CaptureError(f"expected {lacking} in the capture, found none: run again")
    with open(os.path.join(directory, "rust_packets.txt"), "w", encoding="ascii") as text:
        for name in "arp ipv4 ipv6 other vlan_tags fragments options".split():
            print(f"{name} {statistics[name]}", file=text)
        for (source, sport, destination, dport, protocol), (count, size) in flows.items():
            source, destination = (ipaddress.ip_address(a).exploded for a in (source, destination))
            print(f"{source}.{sport} > {destination}.{dport} protocol {protocol}: "
                  f"{count} packets, {size} bytes", file=text)


def main():
    """Checks the prerequisites, and captures in a new network namespace."""
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        raise CaptureError("expected one argument, an existing directory: "
                           f"run {os.path.basename(__file__)} DIRECTORY")
    directory = sys.argv[1]
    clang = os.environ.get("CLANG", "clang")
    tools = [clang, "dumpcap", "editcap", "ip", "tc", "tshark", "unshare"]
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        raise CaptureError(f"missing tools: {' '.join(missing)}; install clang, iproute2, tshark "
                           "and util-linux (Debian's names)")
    if os.geteuid():
        raise CaptureError("expected to run as root, found another user: run again with sudo")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rust_packets_vlan.c")
    programs = os.path.join(directory, "rust_packets_vlan.o")
    run(clang, "-O2", "-target", "bpf", "-c", source, "-o", programs)
    if subprocess.run(["unshare", "--net", "true"], stderr=subprocess.DEVNULL,
                      check=False).returncode:
        raise CaptureError("unshare cannot create a network namespace: run with CAP_SYS_ADMIN, "
                           "which root lacks in most containers")
    command = [sys.executable, __file__, "--namespace", directory, programs]
    if subprocess.run(["unshare", "--net", *command], check=False).returncode:
        # The child has printed the error.
        sys.exit(1)
    write_summary(directory)


if __name__ == "__main__":
    try:
        if sys.argv[1:2] == ["--namespace"]:
            capture(*sys.argv[2:])
        elif sys.argv[1:2] == ["--peer"]:
            peer(*sys.argv[2:])
        else:
            main()
    except (CaptureError, OSError) as error:
        sys.exit(f"{os.path.basename(__file__)}: {error}")
