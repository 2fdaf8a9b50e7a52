// SPDX-License-Identifier: Apache-2.0
//
// LSM9DS1, magnetometer: ST DocID025715 Rev 3 (DS), its sections in brackets. Renode's LSM9DS1_Magnetic has no rates and no
// data-ready bits. Fed by RESD (nanotesla, three axes) or by its properties.
using System;
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Utilities;
using Antmicro.Renode.Utilities.RESD;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Sensors
{
    public class Lsm9ds1M : RegisterPart
    {
        public Lsm9ds1M(IMachine machine, bool alwaysPowered = true) : base(machine, alwaysPowered)
        {
            Restart();
        }

        public void FeedMagneticSamplesFromRESD(ReadFilePath path, uint channel = 0, int restChannel = -1, bool interpolate = false)
        {
            Track.Feed<MagneticSample>(path, channel, restChannel, interpolate, k => k % 100 == 0 ? k / 100 * 1e-6 : k * 1e-8,
                (field[0], s => s.MagneticFluxDensityX), (field[1], s => s.MagneticFluxDensityY), (field[2], s => s.MagneticFluxDensityZ));
        }

        // In gauss: set for good, or what the part would measure now.
        public double MagneticFieldX { get { return field[0].At(Now); } set { field[0].Hold(value); } }

        public double MagneticFieldY { get { return field[1].At(Now); } set { field[1].Hold(value); } }

        public double MagneticFieldZ { get { return field[2].At(Now); } set { field[2].Hold(value); } }

        public GPIO DataReady { get; } = new GPIO();

        // DRDY_M: all three axes are there to be read
        protected override (GPIO Line, bool? Level)[] Lines => new[] { (DataReady, (bool?)((registers[Status] & AllReady) != 0)) };

        protected override ulong? NextChange => (registers[Status] & AllReady) != 0 ? null : singleEnds ?? converting.Next();

        protected override void Restart()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[WhoAmI] = 0x3D; // [6, table 22]
            registers[Control1] = 0x10;
            registers[Control3] = 0x03;
            converting.Set(0, 0);
            singleEnds = null;
        }

        protected override bool Increments(bool asked) => asked;

        protected override bool? IsMostSignificant(int register) => register >= Output && register < Output + 6 ? (register & 1) != 0 : (bool?)null;

        protected override void WriteRegister(int register, byte value)
        {
            var writable = register >= Offset && register < Offset + 6 ? 0xFF : masks.TryGetValue(register, out var mask) ? mask : 0;
            if(writable == 0)
            {
                Reserved(register, value);
                return;
            }
            registers[register] = (byte)((registers[register] & ~writable) | (value & writable));
            if(register == Control2)
            {
                if((value & SoftReset) != 0)
                {
                    Restart();
                    return;
                }
                registers[Control2] &= unchecked((byte)~Reboot);
            }
            if(register != Control1 && register != Control3)
            {
                return;
            }
            var one = registers[Control1];
            var mode = registers[Control3] & 3; // [8.7]: continuous, single, off, off
            var rate = mode != 0 ? 0 : (one & Fast) != 0 ? fastRates[one >> 5 & 3] : rates[one >> 2 & 7];
            if(rate != converting.Millihertz)
            {
                converting.Set(rate, Now);
            }
            if(register == Control3 && mode == 1 && !singleEnds.HasValue)
            {
                singleEnds = Now + SingleTime;
            }
        }

        // Reading an axis clears its bits, and those of all axes together [8.10].
        protected override byte ReadRegister(int register)
        {
            var value = registers[register];
            if(register == Output + 1 || register == Output + 3 || register == Output + 5)
            {
                registers[Status] &= (byte)(~(0x11 << (register - Output) / 2) & ~0x88);
            }
            return value;
        }

        protected override void CatchUp(ulong now)
        {
            if(singleEnds.HasValue && now >= singleEnds.Value)
            {
                Convert(singleEnds.Value);
                singleEnds = null;
                registers[Control3] |= 0x03;
            }
            var due = converting.Due(now, out var first);
            if(due > 0)
            {
                if(due > 1)
                {
                    registers[Status] |= Ready;
                }
                Convert(converting.TimeOf(first + due - 1));
            }
        }

        private void Convert(ulong time)
        {
            registers[Status] = (byte)(Ready | ((registers[Status] & Ready) != 0 ? Overrun : 0));
            if(Stale)
            {
                return;
            }
            for(var axis = 0; axis < 3; axis++)
            {
                var offset = (short)(registers[Offset + 2 * axis] | registers[Offset + 2 * axis + 1] << 8);
                Store(registers, Output + 2 * axis, field[axis].At(time) / gaussPerStep[registers[Control2] >> 5 & 3] - offset);
            }
        }

        private ulong? singleEnds;
        private readonly Repeating converting = new Repeating();
        private readonly byte[] registers = new byte[0x80];
        private readonly Track[] field = { new Track(), new Track(), new Track() };

        // In thousandths of a hertz: [8.5, table 111], and by the operating mode with FAST_ODR
        private static readonly ulong[] rates = { 625, 1250, 2500, 5000, 10000, 20000, 40000, 80000 };
        private static readonly ulong[] fastRates = { 1000000, 560000, 300000, 155000 };
        private static readonly double[] gaussPerStep = { 0.14e-3, 0.29e-3, 0.43e-3, 0.58e-3 }; // 4, 8, 12, 16 gauss [2.1, table 3]
        private static readonly Dictionary<int, int> masks = new Dictionary<int, int>
        {
            { Control1, 0xFF }, { Control2, 0x6C }, { Control3, 0xA7 }, { 0x23, 0x0E }, { 0x24, 0xC0 }, { 0x30, 0xE7 }, { 0x32, 0xFF }, { 0x33, 0x7F },
        };

        private const ulong SingleTime = 12500000; // the DS gives no figure: a period of the fastest ordinary rate
        private const int Offset = 0x05;
        private const int WhoAmI = 0x0F;
        private const int Control1 = 0x20;
        private const int Control2 = 0x21;
        private const int Control3 = 0x22;
        private const int Status = 0x27;
        private const int Output = 0x28;
        private const byte Fast = 0x02;
        private const byte SoftReset = 0x04;
        private const byte Reboot = 0x08;
        private const byte Ready = 0x0F;
        private const byte AllReady = 0x08;
        private const byte Overrun = 0xF0;
    }
}
