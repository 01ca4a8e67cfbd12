// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the parser for GSP messages.

use super::*;
use crate::image::{
    for_each_flipped,
    for_each_truncated, //
};

const PAYLOAD: &[u8] = b"payload!";
/// The offset of the message length in the header.
const LENGTH: usize = 56;

/// Returns a message that carries [`PAYLOAD`], with its checksum.
fn message() -> Result<KVec<u8>> {
    let mut header = KBox::try_init(
        GspMsgElement::init(7, PAYLOAD.len(), MsgFunction::GspInitDone),
        GFP_KERNEL,
    )?;
    let checksum = Cmdq::calculate_checksum(SBufferIter::new_reader([header.as_bytes(), PAYLOAD]));
    header.set_checksum(checksum);

    let mut message = KVec::new();
    message.extend_from_slice(header.as_bytes(), GFP_KERNEL)?;
    message.extend_from_slice(PAYLOAD, GFP_KERNEL)?;
    Ok(message)
}

#[kunit_tests(nova_core_gsp_message)]
mod parsers {
    use super::*;
    use crate::test_device;

    #[test]
    fn a_message_has_its_payload() -> Result {
        test_device(|dev| {
            let bytes = message()?;
            // The message may wrap at any offset, and other bytes may follow it.
            for end in size_of::<GspMsgElement>()..=bytes.len() {
                let mut wrapped = KVec::new();
                wrapped.extend_from_slice(&bytes[end..], GFP_KERNEL)?;
                wrapped.extend_from_slice(&[0xa5; 8], GFP_KERNEL)?;

                let message = CmdqInner::parse_msg(dev, &bytes[..end], &wrapped)?;
                assert!(message.header.function() == Ok(MsgFunction::GspInitDone));
                assert_eq!(message.header.element_count(), 1);
                assert_eq!(message.header.length(), bytes.len());
                let (start, rest) = message.contents;
                assert!(PAYLOAD.strip_prefix(start) == Some(rest));
            }
            Ok(())
        })
    }

    #[test]
    fn a_truncated_message_is_refused() -> Result {
        test_device(|dev| {
            for_each_truncated(&message()?, |message| {
                assert!(CmdqInner::parse_msg(dev, message, &[]).err() == Some(EIO));
                let (start, rest) = message.split_at(message.len().min(size_of::<GspMsgElement>()));
                assert!(CmdqInner::parse_msg(dev, start, rest).err() == Some(EIO));
            });
            Ok(())
        })
    }

    #[test]
    fn the_checksum_covers_every_bit() -> Result {
        test_device(|dev| {
            for_each_flipped(&message()?, |bit, message| {
                let message = CmdqInner::parse_msg(dev, message, &[]);
                // The checksum of a shorter message may match by chance.
                assert!(message.is_err() || (LENGTH..LENGTH + 4).contains(&(bit / 8)));
            })
        })
    }

    #[test]
    fn an_unknown_function_is_refused() -> Result {
        test_device(|dev| {
            let mut bytes = message()?;
            // Flip a bit of the function, and the checksum bit that compensates for it.
            bytes[63] ^= 0x80;
            bytes[35] ^= 0x80;
            let message = CmdqInner::parse_msg(dev, &bytes, &[])?;
            assert!(message.header.function().is_err());
            Ok(())
        })
    }
}
