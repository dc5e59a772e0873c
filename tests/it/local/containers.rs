//! Where the stand-ins are: beside the API, and open to containers of this machine.

use crate::{
    passed_over::{LooksAt, passed_over},
    world::Api,
};
use local::{
    Options, World,
    containers::{Bridge, Network},
};
use std::net::{Ipv4Addr, TcpListener};

/// What Linux shows with Docker's network on it, on a machine whose numbers begin with their lowest byte.
const ROUTES: &str = "\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
";

fn network(address: [u8; 4], mask: [u8; 4]) -> Network {
    Network::new(address.into(), mask.into())
}

#[test]
#[cfg(target_endian = "little")]
fn dockers_network_is_found_among_the_routes() {
    let docker = Network::of_docker(ROUTES).unwrap();
    assert_eq!(docker, network([172, 17, 0, 1], [255, 255, 0, 0]));
    assert!(docker.contains([172, 17, 200, 3].into()));
    assert!(!docker.contains([172, 18, 0, 2].into()));
    assert_eq!(Network::of_docker(&ROUTES.replace("docker0", "br-1234")), None);
    assert_eq!(Network::of_docker(""), None);
}

/// 127.0.0.2 stands for the address in Docker's network.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg(target_os = "linux")]
async fn containers_reach_a_stand_in_and_others_do_not() {
    let api = Api::start().await;
    let port: u16 = api.world.endpoints.sns.rsplit(':').next().unwrap().parse().unwrap();
    let elsewhere = Ipv4Addr::new(127, 0, 0, 2);
    let ask = async || api.http.get(format!("http://{elsewhere}:{port}/")).send().await.map(|it| it.status().as_u16());

    let closed = Bridge::open(network([10, 0, 0, 0], [255, 0, 0, 0]), elsewhere, &[port]).await.unwrap();
    assert!(ask().await.is_err(), "not of that network");
    drop(closed);
    while ask().await.is_err() {
        // The port is free again once the task has ended.
        if let Ok(bridge) = Bridge::open(network([127, 0, 0, 0], [255, 0, 0, 0]), elsewhere, &[port]).await {
            assert_eq!(ask().await.unwrap(), 405, "SNS takes POST");
            drop(bridge);
            return;
        }
    }
    panic!("nobody else listens there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stand_ins_are_beside_the_api_unless_somebody_is_there() {
    if passed_over(LooksAt::StandIn) {
        return;
    }
    // Four free ports in a row, the third of which is taken again.
    let (port, _taken) = (20_000..60_000)
        .step_by(7)
        .find_map(|port| {
            let row: Result<Vec<_>, _> = (port..port + 4).map(|port| TcpListener::bind(("127.0.0.1", port))).collect();
            row.ok().map(|mut row| (port, row.remove(2)))
        })
        .expect("a row of free ports");
    let world = World::start(Options::ephemeral().without_questions().port(port)).await.unwrap();
    let at = |distance: u16| format!("http://127.0.0.1:{}", port + distance);
    assert_eq!((&world.url, &world.endpoints.dynamodb, &world.endpoints.sns), (&at(0), &at(1), &at(3)));
    assert_ne!(world.endpoints.s3, at(2));
    world.shutdown().await;
}
