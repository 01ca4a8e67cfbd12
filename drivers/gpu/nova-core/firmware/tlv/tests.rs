// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the parser for TLV files.

use super::*;
use crate::{
    firmware::fsp::FspFirmware,
    image::{
        for_each_flipped,
        for_each_truncated,
        image, //
    }, //
};

/// Returns a file whose last block is the version, which is mandatory.
fn file() -> Result<KVec<u8>> {
    image(&[
        (0, b"NVFW"),
        (4, b"BLOB\x05\0\0\0bytes\0\0\0"),
        (20, b"NSIG\x04\0\0\0\x02\0\0\0"),
        (32, b"SIGN\x08\0\0\0sig0sig1"),
        (48, b"NONE\0\0\0\0"),
        (56, b"VERS\x04\0\0\x001.23"),
    ])
}

/// Returns the FMC with a hash, a key and a signature of these sizes, filled with 1, 2 and 3.
fn fmc(hash: usize, key: usize, signature: usize) -> Result<KVec<u8>> {
    let mut file = image(&[(0, b"NVFWVERS\0\0\0\0")])?;
    for (tag, byte, size) in [
        (b"HASH", 1, hash),
        (b"PKEY", 2, key),
        (b"SIGN", 3, signature),
    ] {
        file.extend_from_slice(tag, GFP_KERNEL)?;
        file.extend_from_slice(&u32::try_from(size)?.to_le_bytes(), GFP_KERNEL)?;
        file.resize(file.len() + size, byte, GFP_KERNEL)?;
        file.resize(file.len().next_multiple_of(4), 0, GFP_KERNEL)?;
    }
    Ok(file)
}

#[kunit_tests(nova_core_firmware_tlv)]
mod parsers {
    use super::*;
    use crate::test_device;

    #[test]
    fn a_block_is_found_by_its_tag() -> Result {
        let file = file()?;
        let tlv = Tlv::new(&file)?;
        assert_eq!(tlv.iter().count(), 5);
        assert!(tlv.get_bytes(b"BLOB") == Ok(&b"bytes"[..]));
        assert!(tlv.get_u32(b"NSIG") == Ok(2));
        assert!(tlv.get_string(b"VERS") == Ok("1.23"));

        assert!(tlv.get_bytes(b"LACK") == Err(EINVAL));
        assert!(tlv.get_bytes(b"NONE") == Err(EINVAL));
        assert!(tlv.get_u32(b"BLOB") == Err(EINVAL));
        assert!(tlv.get_string(b"NSIG") == Err(EINVAL));
        Ok(())
    }

    #[test]
    fn a_signature_is_found_by_its_index() -> Result {
        let mut file = file()?;
        let tlv = Tlv::new(&file)?;
        assert!(tlv.get_signature(Some(0)) == Ok(&b"sig0"[..]));
        assert!(tlv.get_signature(Some(1)) == Ok(&b"sig1"[..]));
        assert!(tlv.get_signature(Some(2)) == Err(EINVAL));
        assert!(tlv.get_signature(None) == Ok(&b"sig1"[..]));

        // No signature, a partial signature, and more bytes than the file has.
        for count in [0, 3, 16] {
            file[28] = count;
            assert!(Tlv::new(&file)?.get_signature(None) == Err(EINVAL));
        }
        Ok(())
    }

    #[test]
    fn a_truncated_file_is_refused() -> Result {
        for_each_truncated(&file()?, |file| {
            assert!(Tlv::new(file).err() == Some(EINVAL));
        });
        Ok(())
    }

    #[test]
    fn any_bit_of_a_file_may_be_flipped() -> Result {
        for_each_flipped(&file()?, |_, file| {
            if let Ok(tlv) = Tlv::new(file) {
                let len: usize = tlv.iter().map(|block| block.value.len()).sum();
                assert!(len <= file.len());
                for tag in [b"BLOB", b"NSIG", b"SIGN", b"NONE", b"VERS"] {
                    let _ = tlv.get_bytes(tag);
                    let _ = tlv.get_u32(tag);
                    let _ = tlv.get_string(tag);
                }
                let _ = tlv.get_signature(None);
            }
        })
    }

    #[test]
    fn the_fmc_has_its_signatures() -> Result {
        test_device(|dev| {
            let file = fmc(48, 384, 256)?;
            let sigs = FspFirmware::extract_fmc_signatures(&Tlv::new(&file)?, dev)?;
            assert!(sigs.hash384 == [1; 48]);
            assert!(sigs.public_key == [2; 384]);
            assert!(sigs.signature[..256] == [3; 256]);
            assert!(sigs.signature[256..] == [0; 128]);

            for (hash, key, signature) in [(47, 8, 8), (49, 8, 8), (48, 385, 8), (48, 8, 385)] {
                let file = fmc(hash, key, signature)?;
                let sigs = FspFirmware::extract_fmc_signatures(&Tlv::new(&file)?, dev);
                assert!(sigs.err() == Some(EINVAL));
            }
            Ok(())
        })
    }
}
