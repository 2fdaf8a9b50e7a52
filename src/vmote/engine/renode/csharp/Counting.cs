// SPDX-License-Identifier: Apache-2.0
//
// Counts what the core executes: how often each block of instructions, in the whole run and within the passes of one
// function, and what each of those passes took. Renode's execution tracers write every instruction to a file; a minute
// of a device would be gigabytes. Its guest profiler takes a tail call for a call that never returns, so that stacks grow
// with every inference; this follows calls by the link register and the stack pointer instead.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

using Antmicro.Renode.Core;
using Antmicro.Renode.Exceptions;
using Antmicro.Renode.Peripherals.CPU;

namespace Antmicro.Renode.Vmote
{
    public static class CountingCommands
    {
        public static void CreateCounting(this Emulation emulation, string name, string machineName)
        {
            if(!emulation.TryGetMachineByName(machineName, out var machine))
            {
                throw new RecoverableException("There is no machine '" + machineName + "'");
            }
            emulation.ExternalsManager.AddExternal(new Counting(machine), name);
        }
    }

    public class Counting : IExternal
    {
        public Counting(IMachine machine)
        {
            this.machine = machine;
            cpu = machine.SystemBus.GetCPUs().OfType<CortexM>().Single();
        }

        public void CountBlocks()
        {
            cpu.SetHookAtBlockEnd((pc, executed) =>
            {
                if(executed == 0)
                {
                    return;
                }
                Add(run, pc, executed);
                here.Instructions += executed;
                if(inside)
                {
                    Add(passing, pc, executed);
                }
            });
        }

        // Functions as lines: ADDRESS SIZE NAME, by address.
        public void FollowCalls(string path)
        {
            foreach(var words in File.ReadLines(path).Select(line => line.Split(' ')))
            {
                starts.Add(ulong.Parse(words[0], NumberStyles.HexNumber));
                sizes.Add(ulong.Parse(words[1]));
                names.Add(words[2]);
            }
            cpu.SetHookAtBlockBegin((pc, _) => Follow(pc));
        }

        // A line each: OUTERMOST;…;INNERMOST INSTRUCTIONS.
        public void WriteStacks(string path)
        {
            var lines = new List<string>();
            Collect(root, "", lines);
            File.WriteAllLines(path, lines);
        }

        // A pass begins at the function's first instruction and ends where its caller goes on.
        public void WatchPasses(ulong entry)
        {
            cpu.AddHook(entry, (_, __) =>
            {
                if(inside)
                {
                    return;
                }
                inside = true;
                stack = cpu.SP.RawValue;
                back = cpu.LR.RawValue & ~1ul;
                if(hooked.Add(back))
                {
                    cpu.AddHook(back, (___, pc) => OnReturn(pc));
                }
                CatchUp();
                began = cpu.ExecutedInstructions;
                beganAt = Now;
            });
        }

        // A line each: START END INSTRUCTIONS, in virtual nanoseconds.
        public string Passes()
        {
            return passes.ToString();
        }

        // A line each: ADDRESS INSTRUCTIONS TIMES, of the whole run or of the passes alone.
        public void WriteBlocks(string path, bool passesOnly)
        {
            File.WriteAllLines(path, (passesOnly ? passing : run).Select(b => b.Key.Item1.ToString("x") + " " + b.Key.Item2 + " " + b.Value));
        }

        private void Follow(ulong pc)
        {
            var function = FunctionAt(pc);
            var sp = (ulong)cpu.SP.RawValue;
            if(function >= 0 && starts[function] == pc)
            {
                var link = cpu.LR.RawValue & ~1ul;
                if(frames.Count > 0 && frames[frames.Count - 1].Back == link && frames[frames.Count - 1].Stack == sp)
                {
                    frames.RemoveAt(frames.Count - 1); // a tail call, or a loop around the whole function
                }
                Push(function, link, sp);
                return;
            }
            var at = frames.FindLastIndex(frame => frame.Back == pc && frame.Stack == sp);
            if(at >= 0)
            {
                frames.RemoveRange(at, frames.Count - at);
            }
            at = frames.FindLastIndex(frame => frame.Node.Function == function);
            if(at >= 0)
            {
                frames.RemoveRange(at + 1, frames.Count - at - 1);
                here = frames[at].Node;
            }
            else
            {
                Push(function, 0, sp);
            }
        }

        private void Push(int function, ulong back, ulong sp)
        {
            var parent = frames.Count > 0 ? frames[frames.Count - 1].Node : root;
            if(!parent.Children.TryGetValue(function, out here))
            {
                here = parent.Children[function] = new Node { Function = function };
            }
            if(frames.Count < Deepest)
            {
                frames.Add(new Frame { Node = here, Back = back, Stack = sp });
            }
        }

        private int FunctionAt(ulong pc)
        {
            if(!functions.TryGetValue(pc, out var found))
            {
                found = starts.BinarySearch(pc);
                found = found >= 0 ? found : ~found - 1;
                if(found >= 0 && pc >= starts[found] + Math.Max(sizes[found], 2))
                {
                    found = -1;
                }
                functions[pc] = found;
            }
            return found;
        }

        private void Collect(Node node, string above, List<string> lines)
        {
            foreach(var child in node.Children.Values)
            {
                var stack = above + (above == "" ? "" : ";") + (child.Function < 0 ? "?" : names[child.Function]);
                if(child.Instructions > 0)
                {
                    lines.Add(stack + " " + child.Instructions);
                }
                Collect(child, stack, lines);
            }
        }

        private void OnReturn(ulong pc)
        {
            if(!inside || pc != back || cpu.SP.RawValue != stack)
            {
                return;
            }
            inside = false;
            CatchUp();
            passes.AppendFormat("{0} {1} {2}\n", beganAt, Now, cpu.ExecutedInstructions - began);
        }

        private void CatchUp()
        {
            if(cpu.OnPossessedThread)
            {
                cpu.SyncTime();
            }
        }

        private static void Add(Dictionary<Tuple<ulong, uint>, ulong> counts, ulong pc, uint executed)
        {
            var key = Tuple.Create(pc, executed);
            counts.TryGetValue(key, out var times);
            counts[key] = times + 1;
        }

        private ulong Now => machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds;

        private class Node
        {
            public int Function;
            public ulong Instructions;
            public readonly Dictionary<int, Node> Children = new Dictionary<int, Node>();
        }

        private struct Frame
        {
            public Node Node;
            public ulong Back;
            public ulong Stack;
        }

        private const int Deepest = 200;

        private readonly Node root = new Node();
        private Node here = new Node();
        private readonly List<Frame> frames = new List<Frame>();
        private readonly List<ulong> starts = new List<ulong>();
        private readonly List<ulong> sizes = new List<ulong>();
        private readonly List<string> names = new List<string>();
        private readonly Dictionary<ulong, int> functions = new Dictionary<ulong, int>();
        private bool inside;
        private ulong stack;
        private ulong back;
        private ulong began;
        private ulong beganAt;
        private readonly StringBuilder passes = new StringBuilder();
        private readonly HashSet<ulong> hooked = new HashSet<ulong>();
        private readonly Dictionary<Tuple<ulong, uint>, ulong> run = new Dictionary<Tuple<ulong, uint>, ulong>();
        private readonly Dictionary<Tuple<ulong, uint>, ulong> passing = new Dictionary<Tuple<ulong, uint>, ulong>();
        private readonly IMachine machine;
        private readonly CortexM cpu;
    }
}
