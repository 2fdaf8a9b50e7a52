// SPDX-License-Identifier: Apache-2.0
//
// Tells vmote what a device does, in virtual nanoseconds: console bytes, outputs, resets, faults, warnings. Renode's own
// analyzers stamp at the grain of its time quantum; this asks the CPU to catch up first. `Begin` lets the device run;
// `Await` returns what happened meanwhile, a line each:
//   c TIME HEX          console bytes          p TIME NAME 0|1     an output changed
//   r TIME              the device reset       w TIME TEXT         a model warned
//   f TIME KEY=HEX …    a fault was taken      x TIME              the console's limit was passed
//   e TIME COUNT        it arrived; instructions so far             b TIME COUNT  it is still on its way
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;

using Antmicro.Renode.Core;
using Antmicro.Renode.Exceptions;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals;
using Antmicro.Renode.Peripherals.CPU;
using Antmicro.Renode.Peripherals.UART;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Vmote
{
    public static class ObserverCommands
    {
        public static void CreateObserver(this Emulation emulation, string name, string machineName)
        {
            if(!emulation.TryGetMachineByName(machineName, out var machine))
            {
                throw new RecoverableException("There is no machine '" + machineName + "'");
            }
            emulation.ExternalsManager.AddExternal(new Observer(machine), name);
        }
    }

    public class Observer : IExternal, IDisposable
    {
        public Observer(IMachine machine)
        {
            this.machine = machine;
            cpu = machine.SystemBus.GetCPUs().OfType<CortexM>().Single();
            warnings = new Warnings(this);
            Logger.AddBackend(warnings, "vmote-observer", true);
            machine.MachineReset += _ =>
            {
                foreach(var name in pins.Where(pinsOn.Remove).ToArray()) // a reset, or a supply that fails, lets go of all
                {
                    Note("p", name + " 0");
                }
                if(!dark)
                {
                    Note("r");
                }
            };
        }

        public void Dispose()
        {
            Logger.RemoveBackend(warnings);
        }

        public void WatchConsole(IUART uart, long limit)
        {
            uart.CharReceived += value =>
            {
                if(consoleBytes++ == limit)
                {
                    Note("x");
                    cpu.IsHalted = true;
                }
                if(consoleBytes > limit)
                {
                    return;
                }
                var now = Here;
                lock(events)
                {
                    if(console.Count > 0 && consoleTime != now)
                    {
                        FlushConsole();
                    }
                    consoleTime = now;
                    console.Add(value);
                }
            };
        }

        public void WatchPin(INumberedGPIOOutput port, int pin, string name, bool activeHigh)
        {
            pins.Add(name);
            ((IGPIOWithHooks)port.Connections[pin]).AddStateChangedHook(high =>
            {
                if(!cpu.OnPossessedThread)
                {
                    return; // a reset, of which all pins are told at once: one that is low when it is on does not change
                }
                var on = high == activeHigh;
                if(on ? pinsOn.Add(name) : pinsOn.Remove(name))
                {
                    Note("p", name + (on ? " 1" : " 0"), Here);
                }
            });
        }

        // A fault's handler is where its vector points; stop there, before it touches what explains the fault.
        public void WatchFaults()
        {
            foreach(var number in faultVectors)
            {
                var handler = machine.SystemBus.ReadDoubleWord(cpu.VectorTableOffset + 4ul * (ulong)number) & ~1u;
                if(hooked.Add(handler) && handler != 0)
                {
                    cpu.AddHook(handler, (_, __) => OnHandler());
                }
            }
        }

        // Lets the device run until a virtual time, and returns at once.
        public void Begin(ulong nanoseconds)
        {
            var now = machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds;
            failure = null;
            running = new Thread(() =>
            {
                try
                {
                    if(nanoseconds > now)
                    {
                        EmulationManager.Instance.CurrentEmulation.RunFor(TimeInterval.FromNanoseconds(nanoseconds - now));
                    }
                }
                catch(Exception e)
                {
                    failure = e;
                }
            })
            { IsBackground = true };
            running.Start();
        }

        // Begin and Await in one: most waits are over in no time.
        public string Advance(ulong nanoseconds, int milliseconds)
        {
            Begin(nanoseconds);
            return Await(milliseconds);
        }

        // Waits a while for it to arrive; returns what happened meanwhile and how far it is.
        public string Await(int milliseconds)
        {
            var arrived = running == null || running.Join(milliseconds);
            if(failure != null)
            {
                throw new RecoverableException("the emulation failed: " + failure.Message);
            }
            return Drain() + "\n" + (arrived ? "e " : "b ") + machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds + " " + (instructionsBefore + cpu.ExecutedInstructions);
        }

        private string Drain()
        {
            lock(events)
            {
                FlushConsole();
                var result = string.Join("\n", events);
                events.Clear();
                return result;
            }
        }

        // The supply fails: the device is reset, and sleeps until the supply is back. (A core that Renode halts would start
        // again at the end of a time quantum only.)
        public void PowerOff(ulong ram)
        {
            dark = true;
            instructionsBefore += cpu.ExecutedInstructions;
            machine.Reset();
            machine.SystemBus.WriteDoubleWord(ram, WaitForeverCode);
            cpu.PC = (uint)ram | 1;
        }

        public void Forget(ulong ram, int size)
        {
            machine.SystemBus.WriteBytes(new byte[size], ram);
        }

        // It is back: the device starts.
        public void PowerOn()
        {
            ResetReason.Of(machine).Announce(ResetReason.Reason.PowerOn);
            machine.Reset();
            dark = false;
        }

        public void FlipBit(ulong address, int bit)
        {
            machine.SystemBus.WriteByte(address, (byte)(machine.SystemBus.ReadByte(address) ^ 1 << bit));
        }

        public string ReadMemory(ulong address, int count)
        {
            return Hex(machine.SystemBus.ReadBytes(address, count));
        }

        public void WriteMemory(ulong address, string hex)
        {
            var data = Enumerable.Range(0, hex.Length / 2).Select(i => byte.Parse(hex.Substring(2 * i, 2), NumberStyles.HexNumber)).ToArray();
            machine.SystemBus.WriteBytes(data, address);
        }

        private void OnHandler()
        {
            var exception = (int)(cpu.XProgramStatusRegister & 0x1FF);
            if(faulted || !faultVectors.Contains(exception))
            {
                return; // the handler serves other exceptions too
            }
            faulted = true;
            var text = new StringBuilder("vector=" + exception.ToString("x"));
            for(var i = 0; i < 13; i++)
            {
                text.AppendFormat(" r{0}={1:x}", i, cpu.GetRegister(i).RawValue);
            }
            text.AppendFormat(" r13={0:x} r14={1:x} psp={2:x} xpsr={3:x}", cpu.SP.RawValue, cpu.LR.RawValue,
                cpu.OtherSP.RawValue, cpu.XProgramStatusRegister);
            foreach(var status in statusRegisters)
            {
                text.AppendFormat(" {0}={1:x}", status.Key, machine.SystemBus.ReadDoubleWord(status.Value, cpu));
            }
            Note("f", text.ToString());
            cpu.IsHalted = true;
        }

        private void Note(string kind, string text = "", ulong? at = null)
        {
            var now = at ?? Now;
            lock(events)
            {
                FlushConsole();
                events.Add((kind + " " + now + " " + text).TrimEnd());
            }
        }

        private void FlushConsole()
        {
            if(console.Count > 0)
            {
                events.Add("c " + consoleTime + " " + Hex(console));
                console.Clear();
            }
        }

        private static string Hex(IEnumerable<byte> data)
        {
            var text = new StringBuilder();
            foreach(var value in data)
            {
                text.Append(value.ToString("x2"));
            }
            return text.ToString();
        }

        // To the cycle, but only within a register access or something that was due: see BoardClock.
        private ulong Here => BoardClock.Of(machine).Nanoseconds;

        private ulong Now
        {
            get
            {
                if(cpu.OnPossessedThread)
                {
                    cpu.SyncTime();
                }
                return machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds;
            }
        }

        private Thread running;
        private Exception failure;
        private bool dark;
        private ulong instructionsBefore;
        private long consoleBytes;
        private ulong consoleTime;
        private bool faulted;
        private readonly List<byte> console = new List<byte>();
        private readonly List<string> events = new List<string>();
        private readonly List<string> pins = new List<string>();
        private readonly HashSet<string> pinsOn = new HashSet<string>(); // nothing drives a pin at first
        private readonly HashSet<uint> hooked = new HashSet<uint>();
        private readonly Warnings warnings;
        private readonly IMachine machine;
        private readonly CortexM cpu;

        // ARMv7-M Architecture Reference Manual DDI 0403E, B1.5.2 (numbers), B3.2.2 (registers)
        private static readonly int[] faultVectors = { 3, 4, 5, 6 }; // HardFault, MemManage, BusFault, UsageFault
        private static readonly Dictionary<string, ulong> statusRegisters = new Dictionary<string, ulong>
        {
            { "cfsr", 0xE000ED28 }, { "hfsr", 0xE000ED2C }, { "mmfar", 0xE000ED34 }, { "bfar", 0xE000ED38 },
        };

        private const uint WaitForeverCode = 0xE7FDBF30; // wfi; b to it

        // What Renode's models complain of. Each text once: a polling loop would fill the memory.
        private class Warnings : LoggerBackend
        {
            public Warnings(Observer observer)
            {
                this.observer = observer;
                SetLogLevel(LogLevel.Warning);
            }

            public override void Log(LogEntry entry)
            {
                if(entry.Type < LogLevel.Warning || said.Count >= Limit || !said.Add(entry.ObjectName + entry.Message))
                {
                    return;
                }
                if(entry.Message.Contains("CacheInvalidate") || entry.Message.Contains("DCacheClean"))
                {
                    return; // there are no caches, so that looking after them is as good as done
                }
                var text = (string.IsNullOrEmpty(entry.ObjectName) ? "" : entry.ObjectName + ": ") + entry.Message;
                observer.Note("w", text.Replace('\n', ' ').Replace('\r', ' '));
            }

            private readonly HashSet<string> said = new HashSet<string>();
            private readonly Observer observer;

            private const int Limit = 200;
        }
    }
}
