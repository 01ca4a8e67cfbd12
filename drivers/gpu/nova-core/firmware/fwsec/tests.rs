// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the code that finds and patches the FWSEC command.

use super::*;
use crate::image::{
    for_each_flipped,
    for_each_truncated,
    image,
    words, //
};

/// The offset of the mapper in the DMEM. The command follows the mapper.
const MAPPER: usize = 12;
const CMD: usize = MAPPER + size_of::<FalconAppifDmemmapperV3>();
const IMEM_SIZE: usize = 16;

/// Returns the DMEM of an FWSEC image: a table with one entry, and the mapper it points to.
fn dmem() -> Result<KVec<u8>> {
    image(&[
        (0, &[1, 4, 8, 1]),
        (
            4,
            words([NVFW_FALCON_APPIF_ID_DMEMMAPPER, 12]).as_flattened(),
        ),
        (MAPPER + 8, words([u32::try_from(CMD)?]).as_flattened()),
        (CMD + size_of::<FrtsCmd>(), &[]),
    ])
}

fn ucode(dev: &Device, dmem: &[u8], cmd: FwsecCommand) -> Result<KVVec<u8>> {
    let bios = crate::vbios::tests::vbios(dev, &crate::vbios::tests::fwsec(dmem)?)?;

    FirmwareObject::new_fwsec(&bios, cmd).map(|object| object.0)
}

fn frts() -> FwsecCommand {
    FwsecCommand::Frts {
        frts_addr: 0x1234_5000,
        frts_size: 0x10_0000,
    }
}

#[kunit_tests(nova_core_firmware_fwsec)]
mod parsers {
    use super::*;
    use crate::test_device;

    #[test]
    fn the_command_is_patched() -> Result {
        test_device(|dev| {
            let ucode = ucode(dev, &dmem()?, frts())?;
            let read = |offset: usize| {
                u32::read_from_prefix(&ucode[IMEM_SIZE + offset..]).map_or(0, |(word, _)| word)
            };
            assert_eq!(read(MAPPER + 44), NVFW_FALCON_APPIF_DMEMMAPPER_CMD_FRTS);
            // ReadVbios: ver, hdr, addr, size, flags.
            assert_eq!(read(CMD), 1);
            assert_eq!(read(CMD + 4), 24);
            assert_eq!(read(CMD + 20), 2);
            // FrtsRegion: ver, hdr, addr, size, ftype.
            assert_eq!(read(CMD + 24), 1);
            assert_eq!(read(CMD + 28), 20);
            assert_eq!(read(CMD + 32), 0x12345);
            assert_eq!(read(CMD + 36), 0x100);
            assert_eq!(read(CMD + 40), 2);
            Ok(())
        })
    }

    #[test]
    fn the_other_command_has_no_region() -> Result {
        test_device(|dev| {
            let ucode = ucode(dev, &dmem()?, FwsecCommand::Sb)?;
            assert_eq!(ucode[IMEM_SIZE + MAPPER + 44], 0x19);
            assert_eq!(ucode[IMEM_SIZE + CMD], 1);
            assert_eq!(ucode[IMEM_SIZE + CMD + 24], 0);
            Ok(())
        })
    }

    #[test]
    fn a_missing_mapper_is_refused() -> Result {
        test_device(|dev| {
            let mut dmem = dmem()?;
            dmem[4] = 5;
            assert!(ucode(dev, &dmem, frts()).err() == Some(ENOTSUPP));
            dmem[0] = 2;
            assert!(ucode(dev, &dmem, frts()).err() == Some(EINVAL));
            Ok(())
        })
    }

    #[test]
    fn a_truncated_image_is_refused() -> Result {
        test_device(|dev| {
            let fwsec = crate::vbios::tests::fwsec(&dmem()?)?;
            for_each_truncated(&fwsec, |fwsec| {
                let object = crate::vbios::tests::vbios(dev, fwsec)
                    .and_then(|bios| FirmwareObject::new_fwsec(&bios, frts()));
                assert!(matches!(object.err(), Some(EINVAL | ERANGE)));
            });
            Ok(())
        })
    }

    #[test]
    fn any_bit_of_the_table_may_be_flipped() -> Result {
        test_device(|dev| {
            for_each_flipped(&dmem()?, |_, dmem| {
                let _ = ucode(dev, dmem, frts());
            })
        })
    }
}
