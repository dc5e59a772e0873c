//! `cargo run`: the whole product on this machine.

use clap::{Args, Parser};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use local::{
    Elsewhere, Options, StartError, World, demo, dialects,
    greeting::{DEFAULT_PORT, greeting},
    logging::Log,
    tasks::Task,
};
use mimalloc::MiMalloc;
use shared::{config::TestCode, error::causes};
use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};
use tracing_subscriber::EnvFilter;

/// The calls of a request to the stand-ins allocate much: under load the allocator of the system takes a quarter of the server's time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// What is logged unless `RUST_LOG` says otherwise. To the stand-in for DynamoDB a condition that does not hold is worth a
/// warning; here it is how a limit says no.
fn default_log() -> String {
    let packages = dialects::packages().into_iter().map(|package| format!(",{}=info", package.name));
    format!("warn,dynoxide=error,kit=info,local=info,shared=info{}", packages.collect::<String>())
}

/// Starts DynamoDB, S3 and SNS stand-ins and the HTTP API on 127.0.0.1, or does what an operator asks for and ends.
#[derive(Debug, Parser)]
#[command(name = "local", bin_name = "cargo run --", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    server: Server,
}

/// The options of the server.
#[derive(Args, Debug)]
struct Server {
    /// Port of the HTTP API; 0 takes any that is free. The stand-ins take the three after it where these are free.
    #[arg(long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Folder of all data: database, uploaded files, hash key.
    #[arg(long, value_name = "DIR", default_value = ".local")]
    data: PathBuf,
    /// Keeps nothing: all data is gone at the end.
    #[arg(long, conflicts_with = "data")]
    ephemeral: bool,
    /// The template that defines tables and buckets [default: template.yaml of the project].
    #[arg(long, value_name = "PATH")]
    template: Option<PathBuf>,
    /// A code of 4 to 8 digits that SealTalk takes for every number it has sent one to, such as 9999.
    #[arg(long, value_name = "CODE")]
    test_code: Option<TestCode>,
    /// Refuses the thousand most common passwords, as a deployment does.
    #[arg(long)]
    refuse_common_passwords: bool,
    /// Puts 200 people into the world, who have friends, groups, posts and live rooms; the same seed gives the same people. Data that
    /// has them is left as it is.
    #[arg(long, value_name = "SEED", num_args = 0..=1, default_missing_value = "1", value_parser = seed)]
    demo: Option<u64>,
    #[command(flatten)]
    elsewhere: Elsewhere,
}

fn seed(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "wanted a number")
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let wanted = EnvFilter::try_from_default_env();
    let log = Log::new(wanted.is_ok());
    let filter = wanted.unwrap_or_else(|_| EnvFilter::new(default_log()));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(log.clone())
        .with_ansi(io::stderr().is_terminal())
        .init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error, 1),
    };
    if let Some(task) = arguments.task {
        let done = runtime.block_on(task.run(None, &mut io::stdout()));
        return done.map_or_else(|error| failed(&error, error.exit_code()), |()| ExitCode::SUCCESS);
    }
    let outcome = runtime.block_on(run(arguments.server, &log));
    // A password that is being hashed must not hold up the end.
    runtime.shutdown_timeout(Duration::from_millis(200));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Start(error)) => failed(&error, error.exit_code()),
        Err(Failure::Demo(error)) => failed(&error, 1),
        Err(Failure::Signals(error)) => failed(&error, 1),
    }
}

fn failed(error: &(dyn std::error::Error + 'static), code: u8) -> ExitCode {
    // Without a stderr there is nobody to tell.
    let _ = writeln!(io::stderr(), "local: {}", causes(error));
    ExitCode::from(code)
}

enum Failure {
    Start(StartError),
    Demo(demo::Failure),
    Signals(io::Error),
}

async fn run(arguments: Server, log: &Log) -> Result<(), Failure> {
    let mut stop = Box::pin(stop_signal().map_err(Failure::Signals)?);
    let kept = (!arguments.ephemeral).then(|| arguments.data.clone());
    let mut options = match &kept {
        Some(folder) => Options::persistent(folder),
        None => Options::ephemeral(),
    };
    let elsewhere = arguments.elsewhere.or_of_environment().map_err(Failure::Start)?;
    options = options.port(arguments.port).for_containers().elsewhere(elsewhere);
    if let Some(template) = arguments.template {
        options = options.template(template);
    }
    let (test_code, refuse_common) = (arguments.test_code, arguments.refuse_common_passwords);
    options = options.config(move |config| {
        config.sealtalk.test_code = test_code;
        *config.refuse_common_passwords = refuse_common;
    });
    let world = tokio::select! {
        started = World::start(options) => started.map_err(Failure::Start)?,
        () = &mut stop => return Ok(()),
    };
    let people = match arguments.demo {
        Some(seed) => tokio::select! {
            filled = populated(&world, seed, log) => filled.map_err(Failure::Demo)?,
            () = &mut stop => return Ok(()),
        },
        None => String::new(),
    };
    // Whoever started this may have closed its end of the pipe. The server is there all the same.
    let text = greeting(&world.url, &world.endpoints, world.folder());
    let mut out = io::stdout();
    let _ = out.write_all((text + &people).as_bytes()).and_then(|()| out.flush());
    stop.await;
    tracing::info!("ending");
    world.shutdown().await;
    Ok(())
}

/// Puts people into the world; gives back what is to be said about it. The bar of progress is seen in terminals alone.
async fn populated(world: &World, seed: u64, log: &Log) -> Result<String, demo::Failure> {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{msg:16} {bar:40} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    log.beside(Some(bar.clone()));
    let outcome = demo::fill(world, seed, demo::PEOPLE, bar.clone()).await;
    bar.finish_and_clear();
    log.beside(None);
    outcome.map(|outcome| demo::said(&outcome, seed))
}

/// Ready at the first Ctrl-C or SIGTERM. Both are caught from the call on, not only once it is awaited.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready at the first Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "Ctrl-C is not caught");
            std::future::pending::<()>().await;
        }
    })
}
