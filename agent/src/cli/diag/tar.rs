//! An archive as every `tar` reads it (POSIX ustar): for each file a head of 512 bytes, then its bytes in blocks of as many.

const BLOCK: usize = 512;

/// The archive of `files`, all readable by their owner alone, below `folder`; `at_s` is when they were made.
pub(super) fn archive(folder: &str, files: &[(&str, String)], at_s: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, text) in files {
        bytes.extend(head(&format!("{folder}/{name}"), text.len(), at_s));
        bytes.extend(text.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    }
    // Two empty blocks are the end.
    bytes.resize(bytes.len() + 2 * BLOCK, 0);
    bytes
}

fn head(path: &str, length: usize, at_s: i64) -> Vec<u8> {
    let sum = |head: &[u8]| head.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    // While it is summed, the sum itself counts as spaces.
    let unsummed = fields(path, length, at_s, "        ");
    fields(path, length, at_s, &format!("{:06o}\0 ", sum(&unsummed)))
}

fn fields(path: &str, length: usize, at_s: i64, sum: &str) -> Vec<u8> {
    let nobody = "0000000\0";
    let numbers = format!("0000600\0{nobody}{nobody}{length:011o}\0{:011o}\0{sum}", at_s.max(0));
    let mut head = path.as_bytes().to_vec();
    head.resize(100, 0);
    head.extend(numbers.as_bytes());
    head.push(b'0');
    head.resize(257, 0);
    head.extend(b"ustar\x0000");
    head.resize(BLOCK, 0);
    head
}

#[cfg(test)]
mod tests {
    use super::archive;

    #[test]
    fn the_tar_of_this_machine_reads_it_back() {
        let dir = tempfile::tempdir().unwrap();
        let files =
            [("one.txt", "1".repeat(511)), ("two.txt", String::new()), ("three.txt", "3".repeat(513))];
        let path = dir.path().join("a.tar");
        std::fs::write(&path, archive("it", &files, 1_784_116_800)).unwrap();
        let tar = std::process::Command::new("tar").arg("-xf").arg(&path).arg("-C").arg(dir.path()).status();
        assert!(tar.unwrap().success());
        for (name, text) in files {
            assert_eq!(std::fs::read_to_string(dir.path().join("it").join(name)).unwrap(), text, "{name}");
        }
    }
}
