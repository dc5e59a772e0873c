//! SMS: what SNS gets to see, and what the log does not.

use local::{Fault, Options, World};
use shared::{error::Error, values::E164};
use std::{
    io,
    sync::{Arc, Mutex},
};

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_message_that_is_not_sent_is_logged_without_number_and_text() {
    let world = World::start(Options::ephemeral().without_questions()).await.unwrap();
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(move || writer.clone());
    // With a single subscriber in the process, threads without one would switch its events off; with two they cannot.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    let to = E164::new("86", "15172354423").unwrap();
    for (fault, times) in [
        (Fault::Refused { status: 400, code: "InvalidParameter" }, 1),
        (Fault::Throttled, 3),
        (Fault::Internal, 3),
        (Fault::Unreachable, 3),
    ] {
        world.faults.strike("Publish", times, &fault);
        let sent = world.app.sms.send(&to, "验证码：654321【亮灯】").await;
        assert!(matches!(sent, Err(Error::SmsFailed)), "{fault:?}");
        assert_eq!(world.faults.left("Publish"), 0, "{fault:?}");
    }
    world.app.sms.send(&to, "验证码：654321【亮灯】").await.unwrap();
    let delivered = world.outbox.all();
    assert_eq!(delivered.len(), 1);
    assert_eq!(delivered[0].phone, "+8615172354423");
    assert_eq!(delivered[0].message, "验证码：654321【亮灯】");
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.matches("SMS not sent").count(), 4, "{text}");
    assert!(text.contains("InvalidParameter"), "{text}");
    for personal in ["15172354423", "654321", "验证码"] {
        assert!(!text.contains(personal), "{text}");
    }
    assert!(!format!("{:?} {to:?}", world.app.sms).contains("15172354423"));
}
