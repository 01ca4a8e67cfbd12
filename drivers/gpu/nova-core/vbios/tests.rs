// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the VBIOS parsers.

use super::*;
use crate::image::{
    for_each_flipped,
    for_each_truncated,
    image,
    words, //
};

/// The end of the PCI Data Structure in [`pci_at`].
const PCIR_END: usize = 52;

/// Returns an image with all headers: ROM at 0, PCIR at 28, NPDE at 64, and BIT at 76 with two
/// tokens at 88. The second token points to the Falcon data pointer at 100.
fn pci_at() -> Result<KVec<u8>> {
    image(&[
        (0, &[0x55, 0xaa]),
        (24, &[28, 0]),
        (28, b"PCIR"),
        (32, &[0xde, 0x10]),
        (38, &[24, 0]),
        (44, &[2, 0]),    // image_len
        (48, &[0, 0x80]), // code_type, last_image
        (64, b"NPDE"),
        (72, &[3, 0]), // subimage_len
        (76, b"\xff\xb8BIT\0\0\x01\x0c\x06\x02\0"),
        (88, &[0x42, 1, 0, 0, 0, 0]),
        (94, &[0x70, 2, 4, 0, 100, 0]),
        (100, &104_u32.to_le_bytes()),
    ])
}

/// The offset of the descriptor in [`fwsec`].
const DESC: usize = 16;
const DESC_END: usize = DESC + size_of::<FalconUCodeDescV3>();
const SIG_END: usize = DESC_END + size_of::<Bcrt30Rsa3kSignature>();
const IMEM_SIZE: usize = 16;
const DMEM_SIZE: usize = 120;

/// Returns the bytes that follow a [`pci_at`] image: the lookup table, and a descriptor with a
/// signature and the ucode `imem` and `dmem`.
pub(crate) fn fwsec(dmem: &[u8]) -> Result<KVec<u8>> {
    let size = u32::try_from(SIG_END - DESC)?;
    let desc = words([
        (size << 16) | 0x301,
        0,
        0x20, // pkc_data_offset
        0,    // interface_offset
        0,
        u32::try_from(IMEM_SIZE)?,
        0,
        0,
        u32::try_from(DMEM_SIZE)?,
        0x0109_0400, // signature_count, ucode_id, engine_id_mask
        0x0001,
    ]);
    image(&[
        (0, &[1, 4, 6, 2]),
        (4, &[0x45, 0, 0, 0, 0, 0]),
        (10, &[0x85, 0, 120, 0, 0, 0]),
        (DESC, desc.as_flattened()),
        (DESC_END, &[0x5a; size_of::<Bcrt30Rsa3kSignature>()]),
        (SIG_END, &[0x11; IMEM_SIZE]),
        (SIG_END + IMEM_SIZE, dmem),
        (SIG_END + IMEM_SIZE + DMEM_SIZE, &[]),
    ])
}

/// Creates a [`Vbios`] from a [`pci_at`] image and `fwsec`.
pub(crate) fn vbios(dev: &device::Device, fwsec: &[u8]) -> Result<Vbios> {
    let mut data = KVVec::new();
    data.extend_from_slice(fwsec, GFP_KERNEL)?;
    let pci_at = PciAtBiosImage::try_from(BiosImage::new(dev, &pci_at()?)?)?;

    FwSecBiosImage::new(dev, pci_at, data).map(|fwsec_image| Vbios { fwsec_image })
}

fn falcon_data_offset(dev: &device::Device, data: &[u8]) -> Result<usize> {
    PciAtBiosImage::try_from(BiosImage::new(dev, data)?)?.falcon_data_offset(dev)
}

/// Reads the descriptor of an FWSEC image, and the sizes of its ucode and signatures.
fn read_fwsec(dev: &device::Device, data: &[u8]) -> Result<(FalconUCodeDesc, usize, usize)> {
    let vbios = vbios(dev, data)?;
    let desc = vbios.fwsec_image().header()?;
    let ucode_len = vbios.fwsec_image().ucode(&desc)?.len();
    let sigs_len = vbios.fwsec_image().sigs(&desc)?.len();
    Ok((desc, ucode_len, sigs_len))
}

#[kunit_tests(nova_core_vbios)]
mod parsers {
    use super::*;
    use crate::test_device;

    #[test]
    fn an_image_has_its_headers() -> Result {
        test_device(|dev| {
            let rom = pci_at()?;
            let image = BiosImage::new(dev, &rom)?;
            assert!(image.image_type() == Ok(BiosImageType::PciAt));
            assert_eq!(image.image_size_bytes(), 3 * 512);
            assert!(!image.is_last());

            let without_npde = BiosImage::new(dev, &rom[..PCIR_END])?;
            assert_eq!(without_npde.image_size_bytes(), 2 * 512);
            assert!(without_npde.is_last());
            Ok(())
        })
    }

    #[test]
    fn a_truncated_image_is_refused() -> Result {
        test_device(|dev| {
            let rom = pci_at()?;
            for_each_truncated(&rom[..PCIR_END], |rom| {
                assert!(BiosImage::new(dev, rom).err() == Some(EINVAL));
            });
            for_each_truncated(&rom, |rom| {
                assert!(falcon_data_offset(dev, rom) == Err(EINVAL));
            });
            Ok(())
        })
    }

    #[test]
    fn any_bit_of_an_image_may_be_flipped() -> Result {
        test_device(|dev| {
            for_each_flipped(&pci_at()?, |_, rom| {
                if let Ok(image) = BiosImage::new(dev, rom) {
                    assert!(image.image_size_bytes() % 512 == 0);
                    let _ = image.is_last();
                }
                let _ = falcon_data_offset(dev, rom);
            })
        })
    }

    #[test]
    fn a_token_is_found_by_its_id() -> Result {
        test_device(|dev| {
            let mut rom = pci_at()?;
            assert!(falcon_data_offset(dev, &rom) == Ok(0));

            let image = PciAtBiosImage::try_from(BiosImage::new(dev, &rom)?)?;
            assert_eq!(image.get_bit_token(0x42)?.data_version, 1);
            assert!(image.get_bit_token(0x43).err() == Some(ENOENT));

            // A token size that is too small.
            rom[76 + 9] = 5;
            assert!(falcon_data_offset(dev, &rom) == Err(EINVAL));
            // A Falcon data pointer into the image itself.
            rom = pci_at()?;
            rom[100] = 103;
            assert!(falcon_data_offset(dev, &rom) == Err(EINVAL));
            Ok(())
        })
    }

    #[test]
    fn a_lookup_table_has_its_entries() -> Result {
        test_device(|dev| {
            let table = [1, 4, 6, 2, 0x45, 1, 1, 2, 3, 4, 0x85, 2, 5, 6, 7, 8];
            let entries = PmuLookupTable::new(dev, &table)?.entries;
            assert_eq!(entries.len(), 2);
            assert_eq!(entries[1].application_id, 0x85);
            assert_eq!(entries[1].target_id, 2);
            assert_eq!({ entries[1].data }, 0x0807_0605);

            for_each_truncated(&table, |table| {
                assert!(PmuLookupTable::new(dev, table).err() == Some(EINVAL));
            });
            for_each_flipped(&table, |_, table| {
                let _ = PmuLookupTable::new(dev, table);
            })?;
            // An entry size that is too small.
            assert!(PmuLookupTable::new(dev, &[1, 4, 5, 1, 0, 0, 0, 0, 0, 0]).is_err());
            Ok(())
        })
    }

    #[test]
    fn the_ucode_follows_its_descriptor() -> Result {
        test_device(|dev| {
            let (desc, ucode_len, sigs_len) = read_fwsec(dev, &fwsec(&[])?)?;
            assert!(matches!(desc, FalconUCodeDesc::V3(_)));
            assert_eq!(ucode_len, IMEM_SIZE + DMEM_SIZE);
            assert_eq!(sigs_len, 1);
            assert_eq!(desc.pkc_data_offset(), 0x20);
            assert_eq!(desc.engine_id_mask(), 0x0400);
            assert_eq!(desc.ucode_id(), 9);
            assert_eq!(desc.signature_count(), 1);
            assert_eq!(desc.signature_versions(), 1);
            Ok(())
        })
    }

    #[test]
    fn a_truncated_ucode_is_refused() -> Result {
        test_device(|dev| {
            for_each_truncated(&fwsec(&[])?, |data| {
                let expected = if data.len() < DESC_END {
                    EINVAL
                } else {
                    ERANGE
                };
                assert!(read_fwsec(dev, data).err() == Some(expected));
            });
            Ok(())
        })
    }

    #[test]
    fn any_bit_of_a_descriptor_may_be_flipped() -> Result {
        test_device(|dev| {
            let data = fwsec(&[])?;
            for_each_flipped(&data[..DESC_END], |_, start| {
                let mut flipped = KVec::new();
                assert!(flipped.extend_from_slice(start, GFP_KERNEL).is_ok());
                assert!(flipped
                    .extend_from_slice(&data[DESC_END..], GFP_KERNEL)
                    .is_ok());
                if let Ok((desc, _, _)) = read_fwsec(dev, &flipped) {
                    let _ = desc.imem_sec_load_params();
                    let _ = desc.imem_ns_load_params();
                    let _ = desc.dmem_load_params();
                }
            })
        })
    }

    #[test]
    fn an_older_descriptor_has_no_signatures() -> Result {
        test_device(|dev| {
            let mut data = fwsec(&[])?;
            data[DESC + 1] = 2;
            let fwsec = vbios(dev, &data)?.fwsec_image;
            let desc = fwsec.header()?;
            assert!(matches!(desc, FalconUCodeDesc::V2(_)));
            assert_eq!(fwsec.sigs(&desc)?.len(), 0);

            data[DESC + 1] = 4;
            assert!(vbios(dev, &data)?.fwsec_image.header().err() == Some(EINVAL));
            Ok(())
        })
    }
}
