/**
 * The fields in the text of `/proc/PID/stat` from the third, the state, on: the name in the second may hold blanks
 * and brackets (proc(5)). Field n is at n - 3.
 */
export function statFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
