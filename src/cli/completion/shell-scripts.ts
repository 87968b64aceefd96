export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** The first argument that makes the program print candidates for the words behind it. */
export const COMPLETE_WORD = '__complete';

/** The script that teaches a shell to complete the program's commands, flags and names. */
export function completionScript(shell: Shell, bin: string): string {
  return { bash, zsh, fish }[shell](bin);
}

/** Where nothing is offered bash goes on with files (`-o default`). */
function bash(bin: string): string {
  return `_${bin}() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(${bin} ${COMPLETE_WORD} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _${bin} ${bin}
`;
}

/** The last line tells a file of $fpath, which zsh runs as the body of the function, from one that is sourced. */
function zsh(bin: string): string {
  return `#compdef ${bin}
_${bin}() {
  local -a candidates
  local line value
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    if [[ $line == *$'\\t'* ]]; then
      candidates+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    else
      candidates+=("\${value//:/\\\\:}")
    fi
  done < <(${bin} ${COMPLETE_WORD} "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then _describe '${bin}' candidates; else _files; fi
}
if [[ "\${funcstack[1]}" = "_${bin}" ]]; then _${bin} "$@"; else compdef _${bin} ${bin}; fi
`;
}

function fish(bin: string): string {
  return `function __${bin}_complete
  set -l words (commandline -opc) (commandline -ct)
  ${bin} ${COMPLETE_WORD} $words[2..-1] 2>/dev/null
end
complete -c ${bin} -f -n 'count (__${bin}_complete) >/dev/null' -a '(__${bin}_complete)'
`;
}
