//! Which of the bytes that came over a serial line are the reply. Pure; the fuzzer's first target.
//!
//! A serial line has no transaction number: what arrives may be noise, the echo of our own request, the late reply of
//! another unit, a torn or an over-long frame. A frame is taken only if it is whole, its check sum holds, and unit,
//! function and byte count are those that were asked for (EDGE faults 12 to 14; Modbus over serial line 1.02, 2.5.1).

/// Longest frame of a serial line (Modbus over serial line 1.02, section 2.5.1).
pub(in crate::sources) const MAX_FRAME: usize = 256;
/// Most bytes that are looked at for one reply: an echo, a late reply, the reply.
const MAX_HEARD: usize = 3 * MAX_FRAME;
/// Read device identification (Modbus specification 1.1b3, section 6.21).
pub(in crate::sources) const IDENTIFY: u8 = 0x2b;
/// Bytes 0x00 or 0xff that a transceiver makes when it changes direction, at most, before a frame.
const MAX_GLITCH: usize = 4;

/// What a reply must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) struct Expected {
    /// Who answers.
    pub unit: u8,
    /// Which function.
    pub function: u8,
    /// How many bytes of data; `None` where the reply says it itself.
    pub bytes: Option<u8>,
}

/// What to do with what came so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) enum Verdict {
    /// Wait for more.
    More,
    /// The reply is these bytes, its check sum included.
    Reply {
        /// First byte.
        from: usize,
        /// How many.
        len: usize,
    },
    /// Nothing that follows can be trusted before the line was silent.
    Garbage,
}

/// Looks for the reply to `sent` in all that was heard since.
pub(in crate::sources) fn judge(sent: &[u8], expected: &Expected, heard: &[u8]) -> Verdict {
    if heard.len() > MAX_HEARD {
        return Verdict::Garbage;
    }
    let mut at = glitch(expected, heard);
    let mut echo = !sent.is_empty();
    loop {
        let rest = heard.get(at..).unwrap_or_default();
        if std::mem::take(&mut echo) {
            if rest.starts_with(sent) {
                // Our own words. A reply that is the same to the last bit is not told from them, so it is not taken.
                at += sent.len();
                continue;
            }
            if sent.starts_with(rest) {
                return Verdict::More;
            }
        }
        let Some(len) = length(rest) else { return Verdict::Garbage };
        let Some(len) = len.filter(|len| *len <= rest.len()) else { return Verdict::More };
        let frame = rest.get(..len).unwrap_or_default();
        if !is_whole(frame) {
            return Verdict::Garbage;
        }
        if is_reply(expected, frame) {
            return Verdict::Reply { from: at, len };
        }
        // A late reply to somebody else, or to an earlier question.
        at += len;
    }
}

/// How many leading bytes are no frame but the line coming to rest.
fn glitch(expected: &Expected, heard: &[u8]) -> usize {
    let is_glitch = |byte: &&u8| matches!(byte, 0x00 | 0xff) && **byte != expected.unit;
    heard.iter().take(MAX_GLITCH).take_while(is_glitch).count()
}

/// The whole length of the frame that begins here, if enough of it came; `None` when it is no reply at all.
#[expect(clippy::option_option, reason = "no frame, not known yet, known: three answers")]
fn length(frame: &[u8]) -> Option<Option<usize>> {
    let Some(function) = frame.get(1) else { return Some(None) };
    match function {
        1..=4 => Some(frame.get(2).map(|bytes| 5 + usize::from(*bytes))),
        0x81..=0xff => Some(Some(5)),
        &IDENTIFY => Some(identification(frame)),
        _ => None,
    }
}

/// The length of a reply that carries objects: id, length, content.
fn identification(frame: &[u8]) -> Option<usize> {
    let mut end = 8_usize;
    for _ in 0..*frame.get(7)? {
        end += 2 + usize::from(*frame.get(end + 1)?);
    }
    Some(end + 2)
}

fn is_reply(expected: &Expected, frame: &[u8]) -> bool {
    let [unit, function, third, ..] = frame else { return false };
    let fits = expected.bytes.is_none_or(|bytes| bytes == *third);
    let is_answer = *function == expected.function && fits;
    *unit == expected.unit && (is_answer || *function == expected.function | 0x80)
}

/// Whether the check sum at the end is that of what stands before it.
fn is_whole(frame: &[u8]) -> bool {
    frame.split_last_chunk::<2>().is_some_and(|(body, sum)| u16::from_le_bytes(*sum) == check_sum(body))
}

/// CRC-16 of the Modbus serial line (Modbus over serial line 1.02, section 6.2.2).
pub(in crate::sources) fn check_sum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 0 { sum >> 1 } else { sum >> 1 ^ 0xa001 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn framed(body: &[u8]) -> Vec<u8> {
        [body, &check_sum(body).to_le_bytes()].concat()
    }

    const ASKED: Expected = Expected { unit: 17, function: 3, bytes: Some(4) };

    fn request() -> Vec<u8> {
        framed(&[17, 3, 0, 107, 0, 2])
    }

    fn reply() -> Vec<u8> {
        framed(&[17, 3, 4, 0xae, 0x41, 0x56, 0x52])
    }

    #[test]
    fn the_check_sum_is_that_of_the_specification() {
        assert_eq!(framed(&[17, 3, 0, 107, 0, 3]), [17, 3, 0, 107, 0, 3, 0x76, 0x87]);
        assert_eq!(check_sum(b"123456789"), 0x4b37);
    }

    #[test]
    fn the_reply_is_found_behind_glitches_echoes_and_late_replies() {
        let late = framed(&[9, 3, 4, 1, 2, 3, 4]);
        let other_question = framed(&[17, 3, 2, 1, 2]);
        let other_function = framed(&[17, 4, 4, 1, 2, 3, 4]);
        let before: [Vec<u8>; 8] = [
            vec![],
            vec![0x00],
            vec![0xff, 0x00],
            request(),
            late.clone(),
            other_question,
            other_function,
            [request(), late].concat(),
        ];
        for before in before {
            let heard = [before.clone(), reply()].concat();
            for end in 0..heard.len() {
                assert_eq!(judge(&request(), &ASKED, &heard[..end]), Verdict::More, "{before:?} {end}");
            }
            let expected = Verdict::Reply { from: before.len(), len: reply().len() };
            assert_eq!(judge(&request(), &ASKED, &heard), expected, "{before:?}");
        }
    }

    #[test]
    fn a_refusal_is_a_reply_and_that_of_another_function_is_not() {
        let refusal = framed(&[17, 0x83, 2]);
        assert_eq!(judge(&request(), &ASKED, &refusal), Verdict::Reply { from: 0, len: 5 });
        assert_eq!(judge(&request(), &ASKED, &framed(&[17, 0x84, 2])), Verdict::More);
    }

    #[test]
    fn bad_sums_wrong_counts_and_over_long_frames_are_never_taken() {
        let mut torn = reply();
        torn[4] ^= 0x10;
        assert_eq!(judge(&request(), &ASKED, &torn), Verdict::Garbage);
        let over_long = framed(&[17, 3, 4, 1, 2, 3, 4, 5, 6]);
        assert_eq!(judge(&request(), &ASKED, &over_long), Verdict::Garbage);
        assert_eq!(judge(&request(), &ASKED, &framed(&[17, 3, 6, 1, 2, 3, 4, 5, 6])), Verdict::More);
        assert_eq!(judge(&request(), &ASKED, &[17, 3, 4, 1, 2]), Verdict::More);
        assert_eq!(judge(&request(), &ASKED, &[17, 0x55, 4, 1, 2]), Verdict::Garbage);
        assert_eq!(judge(&request(), &ASKED, &vec![17; MAX_HEARD + 1]), Verdict::Garbage);
    }

    #[test]
    fn an_echo_that_looks_like_a_reply_is_not_one() {
        // Twenty coils from 0x0310 on: as a reply the request says three bytes of data with a sum that holds.
        let request = framed(&[17, 1, 0x03, 0x10, 0, 20]);
        let asked = Expected { unit: 17, function: 1, bytes: Some(3) };
        assert_eq!(judge(&[], &asked, &request), Verdict::Reply { from: 0, len: 8 }, "the trap exists");
        assert_eq!(judge(&request, &asked, &request), Verdict::More);
        let reply = framed(&[17, 1, 3, 1, 2, 3]);
        let heard = [request.clone(), reply].concat();
        assert_eq!(judge(&request, &asked, &heard), Verdict::Reply { from: 8, len: 8 });
    }

    #[test]
    fn an_identification_says_its_own_length() {
        let asked = Expected { unit: 1, function: IDENTIFY, bytes: None };
        let body = [&[1, IDENTIFY, 14, 1, 1, 0, 0, 2, 0, 3][..], b"Abc", &[1, 2], b"de"].concat();
        let frame = framed(&body);
        assert_eq!(judge(&[], &asked, &frame), Verdict::Reply { from: 0, len: frame.len() });
        for end in 0..frame.len() {
            assert_eq!(judge(&[], &asked, &frame[..end]), Verdict::More);
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_whole_and_what_was_asked_for(
            heard in proptest::collection::vec(any::<u8>(), 0..900), unit in 1_u8.., function in 1_u8..5, bytes in any::<u8>(),
        ) {
            let expected = Expected { unit, function, bytes: Some(bytes) };
            if let Verdict::Reply { from, len } = judge(&request(), &expected, &heard) {
                let frame = &heard[from..from + len];
                prop_assert!(is_whole(frame) && frame[0] == unit && frame[1] & 0x7f == function);
            }
        }

        #[test]
        fn one_flipped_bit_is_never_taken(at in 0_usize..9, bit in 0_u8..8) {
            let mut heard = reply();
            heard[at] ^= 1 << bit;
            let taken = matches!(judge(&request(), &ASKED, &heard), Verdict::Reply { .. });
            prop_assert!(!taken);
        }
    }
}
