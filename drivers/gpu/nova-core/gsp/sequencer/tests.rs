// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of the parser for GSP sequencer commands.

use super::*;
use crate::image::{
    for_each_flipped,
    for_each_truncated,
    words, //
};

/// All commands, with consecutive numbers as payload.
const COMMANDS: [u32; 23] = [
    0, 0x10, 0x11, // RegWrite: addr, val
    1, 0x20, 0x21, 0x22, // RegModify: addr, mask, val
    2, 0x30, 0x31, 0x32, 0x33, 0x34, // RegPoll: addr, mask, val, timeout, error
    3, 0x40, // DelayUs: val
    4, 0x50, 0x51, // RegStore: addr, index
    5, 6, 7, 8, 8,
];
const COUNT: usize = 10;

fn commands<'a>(cmd_data: &'a [u8], dev: &'a device::Device) -> GspSeqIter<'a> {
    GspSeqIter {
        cmd_data,
        current_offset: 0,
        total_cmds: 16,
        cmds_processed: 0,
        dev,
    }
}

#[kunit_tests(nova_core_gsp_sequencer)]
mod parsers {
    use super::*;
    use crate::test_device;

    #[test]
    fn a_command_has_its_payload() -> Result {
        test_device(|dev| {
            let words = words(COMMANDS);
            let mut commands = commands(words.as_flattened(), dev);
            let mut next = || commands.next().ok_or(ENOENT)?;

            assert!(
                matches!(next()?, GspSeqCmd::RegWrite(p) if p.addr() == 0x10 && p.val() == 0x11)
            );
            assert!(matches!(next()?, GspSeqCmd::RegModify(p)
                if p.addr() == 0x20 && p.mask() == 0x21 && p.val() == 0x22));
            assert!(matches!(next()?, GspSeqCmd::RegPoll(p)
                if p.addr() == 0x30 && p.mask() == 0x31 && p.val() == 0x32 && p.timeout() == 0x33));
            assert!(matches!(next()?, GspSeqCmd::DelayUs(p) if p.val() == 0x40));
            assert!(
                matches!(next()?, GspSeqCmd::RegStore(p) if p.addr() == 0x50 && p.index() == 0x51)
            );
            assert!(matches!(next()?, GspSeqCmd::CoreReset));
            assert!(matches!(next()?, GspSeqCmd::CoreStart));
            assert!(matches!(next()?, GspSeqCmd::CoreWaitForHalt));
            assert!(matches!(next()?, GspSeqCmd::CoreResume));
            assert!(matches!(next()?, GspSeqCmd::CoreResume));
            assert!(commands.next().is_none());
            Ok(())
        })
    }

    #[test]
    fn commands_past_the_total_are_ignored() -> Result {
        test_device(|dev| {
            let words = words(COMMANDS);
            let mut commands = commands(words.as_flattened(), dev);
            commands.total_cmds = 3;
            assert_eq!(commands.count(), 3);
            Ok(())
        })
    }

    #[test]
    fn a_truncated_command_is_refused() -> Result {
        test_device(|dev| {
            let words = words(COMMANDS);
            for_each_truncated(&words.as_flattened()[..CMD_SIZE], |data| {
                assert!(GspSeqCmd::new(data, dev).err() == Some(EINVAL));
            });
            // Except for the opcode, bytes missing at the end of a command are read as zeroes.
            for_each_truncated(words.as_flattened(), |data| {
                let whole = commands(data, dev).take_while(Result::is_ok).count();
                assert!(whole < COUNT);
                let rest = commands(data, dev).nth(whole);
                assert!(rest.is_none() || data.len() % 4 != 0);
            });
            // A truncated opcode.
            let mut part = commands(&words.as_flattened()[..13], dev);
            assert!(part.next().is_some_and(|cmd| cmd.is_ok()));
            assert!(matches!(part.next(), Some(Err(EIO))));
            Ok(())
        })
    }

    #[test]
    fn only_known_opcodes_are_commands() -> Result {
        test_device(|dev| {
            let words = words(COMMANDS);
            for_each_flipped(&words.as_flattened()[..CMD_SIZE], |_, data| {
                let opcode = u32::read_from_prefix(data).map_or(0, |(opcode, _)| opcode);
                let cmd = GspSeqCmd::new(data, dev);
                assert_eq!(cmd.is_ok(), opcode <= 8);
            })?;
            for_each_flipped(words.as_flattened(), |_, data| {
                assert!(commands(data, dev).take(17).count() <= 16);
            })
        })
    }
}
