// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the parsers for firmware headers and ELF files.

use super::*;
use crate::image::{
    for_each_flipped,
    for_each_truncated,
    image,
    words, //
};

const STRINGS: &[u8] = b"\0.one\0.two\0";

/// Returns an ELF64 image with the sections `.one` and `.two`, and the section headers at the end.
fn elf64() -> Result<KVec<u8>> {
    let header = |name: u8, offset: u8, size: u8| -> Result<KVec<u8>> {
        image(&[(0, &[name]), (24, &[offset]), (32, &[size]), (64, &[])])
    };
    image(&[
        (0, b"\x7fELF\x02"),
        (40, &[96]),         // e_shoff
        (60, &[3, 0, 0, 0]), // e_shnum, e_shstrndx
        (64, STRINGS),
        (80, b"firsttwo"),
        (96, &header(0, 64, 11)?),
        (160, &header(1, 80, 5)?),
        (224, &header(6, 85, 3)?),
    ])
}

/// Returns the image of [`elf64`] as ELF32.
fn elf32() -> Result<KVec<u8>> {
    let header = |name: u8, offset: u8, size: u8| -> Result<KVec<u8>> {
        image(&[(0, &[name]), (16, &[offset]), (20, &[size]), (40, &[])])
    };
    image(&[
        (0, b"\x7fELF\x01"),
        (32, &[72]),         // e_shoff
        (48, &[3, 0, 0, 0]), // e_shnum, e_shstrndx
        (52, STRINGS),
        (64, b"firsttwo"),
        (72, &header(0, 52, 11)?),
        (112, &header(1, 64, 5)?),
        (152, &header(6, 69, 3)?),
    ])
}

/// Returns the FMC as ELF32. Its sections are filled with the bytes 1 to 4.
fn fmc() -> Result<KVec<u8>> {
    let header = |name: u8, offset: u32, size: u32| -> Result<KVec<u8>> {
        image(&[
            (0, &[name]),
            (16, words([offset, size]).as_flattened()),
            (40, &[]),
        ])
    };
    image(&[
        (0, b"\x7fELF\x01"),
        (32, words([772]).as_flattened()),
        (48, &[4, 0, 0, 0]),
        (52, b"\0hash\0publickey\0signature\0"),
        (84, &[1; 48]),
        (132, &[2; 384]),
        (516, &[3; 256]),
        (772, &header(0, 52, 26)?),
        (812, &header(1, 84, 48)?),
        (852, &header(6, 132, 384)?),
        (892, &header(16, 516, 256)?),
    ])
}

/// Returns a file with a header, 8 unused bytes, and a payload of 4 bytes.
fn file() -> Result<KVec<u8>> {
    image(&[
        (0, words([0x10de, 1, 36, 24, 32, 4]).as_flattened()),
        (32, b"data"),
    ])
}

#[kunit_tests(nova_core_firmware)]
mod parsers {
    use super::*;
    use crate::test_device;

    #[test]
    fn a_file_has_its_payload() -> Result {
        let file = file()?;
        let bin = BinFirmware::new(&file)?;
        assert_eq!(bin.hdr.header_offset, 24);
        assert!(bin.data() == Some(&b"data"[..]));
        Ok(())
    }

    #[test]
    fn a_truncated_file_is_refused() -> Result {
        for_each_truncated(&file()?, |file| {
            let data = BinFirmware::new(file).and_then(|bin| bin.data().map(drop).ok_or(ERANGE));
            let expected = if file.len() < 24 { EINVAL } else { ERANGE };
            assert!(data == Err(expected));
        });
        Ok(())
    }

    #[test]
    fn any_bit_of_a_file_may_be_flipped() -> Result {
        for_each_flipped(&file()?, |bit, file| {
            let bin = BinFirmware::new(file);
            assert_eq!(bin.is_err(), bit < 32);
            let _ = bin.map(|bin| bin.data().map(<[u8]>::len));
        })
    }

    #[test]
    fn a_section_is_found_by_its_name() -> Result {
        for elf in [elf64()?, elf32()?] {
            assert!(elf::elf_section(&elf, ".one") == Some(&b"first"[..]));
            assert!(elf::elf_section(&elf, ".two") == Some(&b"two"[..]));
            assert!(elf::elf_section(&elf, ".thr").is_none());
            assert!(elf::elf_section(&elf, ".on").is_none());
        }
        Ok(())
    }

    #[test]
    fn a_truncated_elf_has_no_section() -> Result {
        for elf in [elf64()?, elf32()?] {
            for_each_truncated(&elf, |elf| {
                assert!(elf::elf_section(elf, ".one").is_none());
            });
        }
        Ok(())
    }

    #[test]
    fn any_bit_of_an_elf_may_be_flipped() -> Result {
        for elf in [elf64()?, elf32()?] {
            for_each_flipped(&elf, |_, elf| {
                for name in [".one", ".two", ""] {
                    let _ = elf::elf_section(elf, name).map(<[u8]>::len);
                }
            })?;
        }
        Ok(())
    }

    #[test]
    fn the_fmc_has_its_signatures() -> Result {
        test_device(|dev| {
            let fmc = fmc()?;
            let sigs = fsp::FspFirmware::extract_fmc_signatures(&fmc, dev)?;
            assert!(sigs.hash384 == [1; 48]);
            assert!(sigs.public_key == [2; 384]);
            assert!(sigs.signature[..256] == [3; 256]);
            assert!(sigs.signature[256..] == [0; 128]);

            // The section headers are at the end.
            for_each_truncated(&fmc, |fmc| {
                let sigs = fsp::FspFirmware::extract_fmc_signatures(fmc, dev);
                assert!(sigs.err() == Some(EINVAL));
            });
            // The size of the hash is fixed. The sizes of the key and the signature have a limit.
            for (size, wrong) in [(832, 47_u16), (832, 49), (872, 385), (912, 385)] {
                let mut fmc = super::fmc()?;
                fmc[size..size + 2].copy_from_slice(&wrong.to_le_bytes());
                let sigs = fsp::FspFirmware::extract_fmc_signatures(&fmc, dev);
                assert!(sigs.err() == Some(EINVAL));
            }
            Ok(())
        })
    }
}
