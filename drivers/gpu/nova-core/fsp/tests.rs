// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the parser for FSP responses.

use super::*;
use crate::image::{
    for_each_flipped,
    for_each_truncated,
    image,
    words, //
};

/// The offset of the error code.
const ERROR_CODE: usize = 16;

/// Returns a response to a message of type [`NvdmType::Cot`] that reports success.
fn response() -> Result<KVec<u8>> {
    image(&[
        (0, FspMessageHeader::new(NvdmType::FspResponse).as_bytes()),
        (8, words([1, 0x14, 0]).as_flattened()),
    ])
}

#[kunit_tests(nova_core_fsp)]
mod parsers {
    use super::*;
    use crate::test_device;

    #[test]
    fn a_response_is_to_its_message() -> Result {
        test_device(|dev| {
            let mut bytes = response()?;
            assert!(Fsp::check_response::<FspCotMessage>(dev, &bytes).is_ok());

            bytes[12] = 0x15;
            assert!(Fsp::check_response::<FspCotMessage>(dev, &bytes) == Err(EIO));
            bytes[12] = 0x14;
            bytes[ERROR_CODE] = 1;
            assert!(Fsp::check_response::<FspCotMessage>(dev, &bytes) == Err(EIO));
            Ok(())
        })
    }

    #[test]
    fn a_truncated_response_is_refused() -> Result {
        test_device(|dev| {
            for_each_truncated(&response()?, |response| {
                assert!(Fsp::check_response::<FspCotMessage>(dev, response) == Err(EIO));
            });
            Ok(())
        })
    }

    #[test]
    fn a_damaged_response_is_refused() -> Result {
        test_device(|dev| {
            for_each_flipped(&response()?, |bit, response| {
                // The driver ignores the packet's sequence and endpoint, and the task.
                let ignored = bit < 30 || bit == 39 || (64..96).contains(&bit);
                assert_eq!(
                    Fsp::check_response::<FspCotMessage>(dev, response).is_ok(),
                    ignored
                );
            })
        })
    }
}
