//! `completions` and `man`: what the command line says of itself, for shells and for the manual.

use super::{Cli, Exit, say};
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use std::io::Write;

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Writes the completions of a shell.
pub(super) fn completions(args: &CompletionsArgs) -> Result<(), Exit> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "riversync-agent", &mut text);
    written(&text)
}

/// Writes the manual page: one for the program, with a section for each command.
pub(super) fn man() -> Result<(), Exit> {
    let mut text = Vec::new();
    page(&mut text).map_err(|error| {
        say::trouble(error);
        Exit::Internal
    })?;
    written(&text)
}

fn page(out: &mut Vec<u8>) -> std::io::Result<()> {
    let mut program = Cli::command();
    program.build();
    let page = clap_mangen::Man::new(program.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    for (path, command) in commands(&program, "riversync-agent") {
        writeln!(out, ".SH \"{}\"", path.to_uppercase())?;
        let page = clap_mangen::Man::new(command);
        let mut body = Vec::new();
        page.render_description_section(&mut body)?;
        page.render_options_section(&mut body)?;
        // The headings of a command's own page would end the section of this one.
        for line in String::from_utf8_lossy(&body).lines().filter(|line| !line.starts_with(".SH")) {
            writeln!(out, "{line}")?;
        }
    }
    page.render_extra_section(out)?;
    page.render_version_section(out)
}

/// Every command that can be called, with its path, in the order of the help.
fn commands(parent: &clap::Command, path: &str) -> Vec<(String, clap::Command)> {
    let mut found = Vec::new();
    for command in parent.get_subcommands().filter(|command| command.get_name() != "help") {
        let path = format!("{path} {}", command.get_name());
        if !command.is_subcommand_required_set() {
            found.push((path.clone(), command.clone()));
        }
        found.extend(commands(command, &path));
    }
    found
}

/// Whole, or not: half a script is none.
fn written(text: &[u8]) -> Result<(), Exit> {
    std::io::stdout().write_all(text).map_err(|error| {
        say::trouble(format_args!("the text cannot be written: {error}"));
        Exit::of_io(&error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_has_a_section_for_each_command_and_every_option() {
        let mut text = Vec::new();
        page(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap().replace("\\-", "-");
        let program = Cli::command();
        for (path, command) in commands(&program, "riversync-agent") {
            assert!(text.contains(&format!(".SH \"{}\"", path.to_uppercase())), "{path} has no section");
            for long in command.get_arguments().filter_map(clap::Arg::get_long) {
                assert!(text.contains(&format!("--{long}")), "{path} --{long} is not told");
            }
        }
        assert!(text.contains("Exit codes"), "{text}");
    }

    #[test]
    fn every_shell_completes_every_command() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "riversync-agent", &mut text);
            let text = String::from_utf8(text).unwrap();
            for command in Cli::command().get_subcommands() {
                assert!(text.contains(command.get_name()), "{shell} does not know {}", command.get_name());
            }
        }
    }
}
