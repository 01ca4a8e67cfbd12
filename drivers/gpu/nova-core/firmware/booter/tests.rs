// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the parser for Booter firmware.

use super::*;
use crate::image::{
    for_each_flipped,
    for_each_truncated,
    image,
    words, //
};

/// Returns a file with two signatures of 4 bytes, one app, and the payload at the end.
fn file() -> Result<KVec<u8>> {
    image(&[
        // BinHdr, with the data at 124.
        (0, words([0x10de, 1, 132, 24, 124, 8]).as_flattened()),
        // HsHeaderV2, with the signatures at 112 + 4.
        (
            24,
            words([112, 8, 60, 64, 72, 12, 68, 84, 28]).as_flattened(),
        ),
        // The patch location, the patch signature, and the number of signatures.
        (60, words([0x104, 4, 2]).as_flattened()),
        (72, words([3, 0x400, 9]).as_flattened()),
        // HsLoadHeaderV2, and the header of its app.
        (84, words([0, 0x80, 0x100, 0x40, 1]).as_flattened()),
        (104, words([0x20, 0x60]).as_flattened()),
        (116, b"sig0sig1"),
        (124, b"the ucod"),
    ])
}

/// Parses a file like [`BooterFirmware::new`]. Returns the patch location, the signature
/// parameters, the load header, the app header, and the total size of the signatures.
fn read(
    file: &[u8],
) -> Result<(
    u32,
    HsSignatureParams,
    HsLoadHeaderV2,
    HsLoadHeaderV2App,
    usize,
)> {
    let bin_fw = BinFirmware::new(file)?;
    let hs_fw = HsFirmwareV2::new(&bin_fw)?;
    bin_fw.data().ok_or(EINVAL)?;

    let mut size = 0;
    for signature in hs_fw.signatures_iter()? {
        size += signature.as_ref().len();
    }
    Ok((
        hs_fw.patch_location()?,
        HsSignatureParams::new(&hs_fw)?,
        HsLoadHeaderV2::new(&hs_fw)?,
        HsLoadHeaderV2App::new(&hs_fw, 0)?,
        size,
    ))
}

#[kunit_tests(nova_core_firmware_booter)]
mod parsers {
    use super::*;

    #[test]
    fn a_file_has_its_headers() -> Result {
        let (patch_loc, params, load, app, size) = read(&file()?)?;
        assert_eq!(patch_loc, 0x104);
        assert_eq!(params.fuse_ver, 3);
        assert_eq!(params.engine_id_mask, 0x400);
        assert_eq!(params.ucode_id, 9);
        assert_eq!(load.os_code_size, 0x80);
        assert_eq!(load.os_data_offset, 0x100);
        assert_eq!(app.offset, 0x20);
        assert_eq!(app.len, 0x60);
        assert_eq!(size, 8);
        Ok(())
    }

    #[test]
    fn a_signature_is_found_by_its_index() -> Result {
        let mut file = file()?;
        {
            let bin_fw = BinFirmware::new(&file)?;
            let hs_fw = HsFirmwareV2::new(&bin_fw)?;
            let mut signatures = hs_fw.signatures_iter()?;
            assert!(signatures
                .next()
                .is_some_and(|signature| signature.as_ref() == b"sig0"));
            assert!(signatures
                .next()
                .is_some_and(|signature| signature.as_ref() == b"sig1"));
            assert!(signatures.next().is_none());
        }

        // No signatures.
        file[68] = 0;
        assert_eq!(read(&file)?.4, 0);
        // More signatures than fit in the file.
        file[68] = 9;
        assert!(read(&file).err() == Some(EINVAL));
        Ok(())
    }

    #[test]
    fn an_app_is_found_by_its_index() -> Result {
        let file = file()?;
        let bin_fw = BinFirmware::new(&file)?;
        let hs_fw = HsFirmwareV2::new(&bin_fw)?;
        assert!(HsLoadHeaderV2App::new(&hs_fw, 1).err() == Some(EINVAL));
        assert!(HsLoadHeaderV2App::new(&hs_fw, u32::MAX).err() == Some(EINVAL));
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
