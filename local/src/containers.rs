//! A way from containers of this machine to the stand-ins. `sam local` runs functions in containers, whose 127.0.0.1 is their
//! own.
//!
//! With Docker Desktop the name `host.docker.internal` leads a container to 127.0.0.1 of this machine. With Docker Engine on
//! Linux, `samconfig.toml` has it lead to the address of this machine in Docker's bridge network; [`Bridge`] listens there.

use std::{
    fs, io,
    net::{IpAddr, Ipv4Addr, UdpSocket},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};

/// The network that Docker puts containers into unless it is told otherwise.
const INTERFACE: &str = "docker0";

/// An IPv4 network of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: Ipv4Addr,
    mask: Ipv4Addr,
}

impl Network {
    /// The network with this address and mask.
    #[must_use]
    pub fn new(address: Ipv4Addr, mask: Ipv4Addr) -> Self {
        Self { address: address & mask, mask }
    }

    /// Docker's network in a table of routes, as Linux shows it in `/proc/net/route`.
    #[must_use]
    pub fn of_docker(routes: &str) -> Option<Self> {
        let of_interface = routes.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let route = of_interface.into_iter().find(|fields| fields.first() == Some(&INTERFACE))?;
        // Numbers as they lie in memory, where the network's first byte comes first.
        let address = |field: &&str| u32::from_str_radix(field, 16).ok().map(|bits| Ipv4Addr::from(bits.to_ne_bytes()));
        Some(Self::new(route.get(1).and_then(address)?, route.get(7).and_then(address)?))
    }

    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(self, address: Ipv4Addr) -> bool {
        address & self.mask == self.address
    }

    /// The address that this machine has in it: the one that it would send from. Nothing is sent.
    fn own_address(self) -> io::Result<Ipv4Addr> {
        let somebody = Ipv4Addr::from(u32::from(self.address) + 2);
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.connect((somebody, 9))?;
        match socket.local_addr()?.ip() {
            IpAddr::V4(address) if self.contains(address) => Ok(address),
            _ => Err(io::ErrorKind::AddrNotAvailable.into()),
        }
    }
}

/// Ports that are open to a network and lead to the same ports of 127.0.0.1, as long as the value lives.
#[derive(Debug)]
pub struct Bridge {
    listening: JoinSet<()>,
}

impl Bridge {
    /// Opens these ports to Docker's network. There is none without Docker, and with Docker Desktop none is needed.
    pub(crate) async fn to_docker(ports: &[u16]) -> Option<Self> {
        let network = fs::read_to_string("/proc/net/route").ok().as_deref().and_then(Network::of_docker)?;
        let opened = match network.own_address() {
            Ok(address) => Self::open(network, address, ports).await,
            Err(error) => Err(error),
        };
        opened.inspect_err(|error| tracing::warn!(%error, "containers cannot reach the stand-ins")).ok()
    }

    /// Opens these ports at this address of the machine to whoever connects from the network. Connections from elsewhere are
    /// closed: what listens on 127.0.0.1 is for this machine alone.
    ///
    /// # Errors
    /// The address is not this machine's, or has the port in use.
    pub async fn open(network: Network, address: Ipv4Addr, ports: &[u16]) -> io::Result<Self> {
        let mut listening = JoinSet::new();
        for port in ports {
            let listener = TcpListener::bind((address, *port)).await?;
            listening.spawn(forward(listener, network, *port));
        }
        Ok(Self { listening })
    }

    /// Closes the ports and the connections through them, as dropping the value does.
    pub(crate) fn close(mut self) {
        self.listening.abort_all();
    }
}

async fn forward(listener: TcpListener, network: Network, port: u16) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if matches!(peer.ip(), IpAddr::V4(address) if network.contains(address)) {
                    connections.spawn(connect(stream, port));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "no connection of a container could be taken");
                sleep(crate::server::BREATHER).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connect(mut container: TcpStream, port: u16) {
    let forwarded = async {
        let mut stand_in = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        copy_bidirectional(&mut container, &mut stand_in).await
    };
    if let Err(error) = forwarded.await {
        tracing::debug!(%error, "a connection of a container failed");
    }
}
