// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the parser for RISC-V firmware.

use super::*;
use crate::image::{
    for_each_flipped,
    for_each_truncated,
    image,
    words, //
};

/// Returns a file with the descriptor at the end.
fn file() -> Result<KVec<u8>> {
    image(&[
        (0, words([0x10de, 1, 84, 28, 24, 4]).as_flattened()),
        (24, b"data"),
        (
            28,
            words([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]).as_flattened(),
        ),
    ])
}

fn read(file: &[u8]) -> Result<RmRiscvUCodeDesc> {
    RmRiscvUCodeDesc::new(&BinFirmware::new(file)?)
}

#[kunit_tests(nova_core_firmware_riscv)]
mod parsers {
    use super::*;

    #[test]
    fn a_file_has_its_descriptor() -> Result {
        let desc = read(&file()?)?;
        assert_eq!(desc.app_version, 7);
        assert_eq!(desc.manifest_offset, 8);
        assert_eq!(desc.monitor_data_offset, 10);
        assert_eq!(desc.monitor_code_offset, 12);
        Ok(())
    }

    #[test]
    fn a_truncated_file_is_refused() -> Result {
        for_each_truncated(&file()?, |file| {
            assert!(read(file).err() == Some(EINVAL));
        });
        Ok(())
    }

    #[test]
    fn any_bit_of_a_file_may_be_flipped() -> Result {
        for_each_flipped(&file()?, |_, file| {
            let _ = read(file);
        })
    }
}
