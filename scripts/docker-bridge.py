#!/usr/bin/env python3
"""Lets containers reach ports of 127.0.0.1: docker-bridge.py PORT...

Prints the host that containers have to use. On Linux that is the gateway of Docker's bridge network, an address of this
machine; as long as the program runs, each PORT there is forwarded to the same port of 127.0.0.1. Where Docker runs in a
virtual machine, the gateway is that machine's, which has a name for this one: the program prints it and ends.
"""
import asyncio
import ipaddress
import json
import subprocess
import sys


def gateway():
    inspected = subprocess.run(["docker", "network", "inspect", "bridge"], check=True, capture_output=True, text=True)
    config = json.loads(inspected.stdout)[0]["IPAM"]["Config"][0]
    # Not known to a fresh engine. It is the first address unless somebody chose another.
    first = next(ipaddress.ip_network(config["Subnet"]).hosts())
    return config.get("Gateway") or str(first)


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def forward_to(port):
    async def connected(reader, writer):
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))

    return connected


async def main(ports):
    address = gateway()
    try:
        servers = [await asyncio.start_server(forward_to(port), address, port) for port in ports]
    except OSError:
        print("host.docker.internal")
        return
    print(address, flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main([int(port) for port in sys.argv[1:]]))
