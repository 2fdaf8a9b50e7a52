// SPDX-License-Identifier: Apache-2.0
//
// LSM9DS1, accelerometer and gyroscope: ST DocID025715 Rev 3 (DS), its sections in brackets. Renode's LSM9DS1_IMU has no
// FIFO with a level, no overrun, no rates and no time. Fed by RESD (micro-g and ten micro-radians a second, three axes) or
// by its properties.
using System;
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Utilities;
using Antmicro.Renode.Utilities.RESD;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Sensors
{
    public class Lsm9ds1Ag : RegisterPart
    {
        public Lsm9ds1Ag(IMachine machine, bool alwaysPowered = true) : base(machine, alwaysPowered)
        {
            Restart();
        }

        public void FeedAccelerationSamplesFromRESD(ReadFilePath path, uint channel = 0, int restChannel = -1, bool interpolate = false)
        {
            Track.Feed<AccelerationSample>(path, channel, restChannel, interpolate, k => k % 1000 == 0 ? k / 1000 * 1e-6 : k * 1e-9,
                (acceleration[0], s => s.AccelerationX), (acceleration[1], s => s.AccelerationY), (acceleration[2], s => s.AccelerationZ));
        }

        // A ten-thousandth of a degree a second is finer than the part can tell, and coarser than the file's rest.
        public void FeedAngularRateSamplesFromRESD(ReadFilePath path, uint channel = 0, int restChannel = -1, bool interpolate = false)
        {
            Track.Feed<AngularRateSample>(path, channel, restChannel, interpolate, k => Math.Round(k * 1e-8 * 180 / Math.PI * 1e4) * 1e-4,
                (turning[0], s => s.AngularRateX), (turning[1], s => s.AngularRateY), (turning[2], s => s.AngularRateZ));
        }

        public void FeedTemperatureSamplesFromRESD(ReadFilePath path, uint channel = 0, int restChannel = -1, bool interpolate = false)
        {
            Track.Feed<TemperatureSample>(path, channel, restChannel, interpolate, k => k * 1e-6, (temperature, s => s.Temperature));
        }

        // In g and degrees a second: set for good, or what the part would measure now.
        public double AccelerationX { get { return acceleration[0].At(Now); } set { acceleration[0].Hold(value); } }

        public double AccelerationY { get { return acceleration[1].At(Now); } set { acceleration[1].Hold(value); } }

        public double AccelerationZ { get { return acceleration[2].At(Now); } set { acceleration[2].Hold(value); } }

        public double AngularRateX { get { return turning[0].At(Now); } set { turning[0].Hold(value); } }

        public double AngularRateY { get { return turning[1].At(Now); } set { turning[1].Hold(value); } }

        public double AngularRateZ { get { return turning[2].At(Now); } set { turning[2].Hold(value); } }

        public double Temperature { get { return temperature.At(Now); } set { temperature.Hold(value); } }

        public GPIO Interrupt1 { get; } = new GPIO();

        public GPIO Interrupt2 { get; } = new GPIO();

        // INT1_A/G and INT2_A/G [7.8, 7.9], but for the generators
        protected override (GPIO Line, bool? Level)[] Lines
        {
            get
            {
                var flags = FifoFlags;
                var due = ((flags & 0x20) != 0 ? SendsFull : 0) | ((flags & 0x40) != 0 ? SendsOverrun : 0) | ((flags & 0x80) != 0 ? SendsThreshold : 0)
                    | (registers[Status] & (AccelerationReady | TurningReady));
                var due2 = due | (registers[Status] & TemperatureReady);
                return new[] { (Interrupt1, LevelOf(registers[Interrupt1Control] & due)), (Interrupt2, LevelOf(registers[Interrupt2Control] & due2)) };
            }
        }

        protected override ulong? NextChange
        {
            get
            {
                var control = registers[Interrupt1Control] | registers[Interrupt2Control];
                var threshold = registers[FifoControl] & 0x1F;
                // The FIFO's threshold alone: nothing happens before it is reached.
                return control == 0 ? null : sampling.Next((control & ~SendsThreshold) == 0 && threshold > 0 ? Math.Max(threshold - fifo.Count, 1) : 1);
            }
        }

        protected override void Restart()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[WhoAmI] = 0x68; // [6, table 21]
            registers[Control4] = 0x38;
            registers[Control5] = 0x38;
            registers[Control8] = IncrementAddress;
            fifo.Clear();
            overrun = false;
            sampling.Set(0, 0);
        }

        protected override bool Increments(bool asked) => (registers[Control8] & IncrementAddress) != 0; // [7.24]

        // From the gyroscope's outputs to the accelerometer's and, with the FIFO, round [3.3]
        protected override int After(int register)
        {
            if(FifoMode != 0 && register == TurningOutput + 5)
            {
                return AccelerationOutput;
            }
            return FifoMode != 0 && register == AccelerationOutput + 5 ? TurningOutput : base.After(register);
        }

        protected override bool? IsMostSignificant(int register)
        {
            var inside = (register >= TurningOutput && register < TurningOutput + 6) || (register >= AccelerationOutput && register < AccelerationOutput + 6);
            return inside ? (register & 1) != 0 : (bool?)null;
        }

        protected override void WriteRegister(int register, byte value)
        {
            var writable = register >= 0x04 && register <= 0x0D || register >= 0x30 && register <= 0x37 ? 0xFF
                : masks.TryGetValue(register, out var mask) ? mask : 0;
            if(writable == 0)
            {
                Reserved(register, value);
                return;
            }
            registers[register] = (byte)((registers[register] & ~writable) | (value & writable));
            switch(register)
            {
            case Control8 when(value & SoftReset) != 0:
                Restart();
                break;
            case Control8:
                registers[Control8] &= unchecked((byte)~Boot);
                break;
            case Control1:
            case Control6:
                if(Rate != sampling.Millihertz)
                {
                    sampling.Set(Rate, Now);
                }
                break;
            case FifoControl:
            case Control9:
                if(FifoMode == 0)
                {
                    fifo.Clear();
                    overrun = false;
                }
                break;
            }
        }

        // Reading the outputs clears their data-ready bit; the last of a set steps the FIFO.
        protected override byte ReadRegister(int register)
        {
            if(register == FifoSource) // [7.34]
            {
                return (byte)FifoFlags;
            }
            if(register == StatusOfTurning)
            {
                register = Status;
            }
            if(FifoMode != 0 && fifo.Count > 0 && (register == TurningOutput || register == AccelerationOutput))
            {
                Show(fifo.Peek());
            }
            var value = registers[register];
            switch(register)
            {
            case TurningOutput + 5:
                registers[Status] &= unchecked((byte)~TurningReady);
                break;
            case AccelerationOutput + 5:
                registers[Status] &= unchecked((byte)~AccelerationReady);
                if(FifoMode != 0 && fifo.Count > 0)
                {
                    fifo.Dequeue();
                    overrun = false;
                }
                break;
            case TemperatureOutput + 1:
                registers[Status] &= unchecked((byte)~TemperatureReady);
                break;
            }
            return value;
        }

        protected override void CatchUp(ulong now)
        {
            var due = sampling.Due(now, out var first);
            if(due == 0)
            {
                return;
            }
            registers[Status] = (byte)(AccelerationReady | TemperatureReady | (TurningIsOn ? TurningReady : 0));
            if(Stale)
            {
                return;
            }
            var room = FifoMode == StopsWhenFull ? FifoSlots - fifo.Count : FifoMode != 0 ? FifoSlots : 1;
            overrun |= FifoMode == StopsWhenFull ? due > room : FifoMode != 0 && due + fifo.Count > FifoSlots;
            var seen = (int)Math.Min(due, room);
            if(seen > 0)
            {
                Take(FifoMode == StopsWhenFull ? first : first + due - seen, seen);
            }
        }

        private void Take(long first, int count)
        {
            var start = sampling.TimeOf(first);
            var columns = new double[6][];
            for(var axis = 0; axis < 3; axis++)
            {
                columns[axis] = turning[axis].Samples(start, sampling.Hertz, count);
                columns[3 + axis] = acceleration[axis].Samples(start, sampling.Hertz, count);
            }
            var dps = TurningIsOn ? dpsPerStep[registers[Control1] >> 3 & 3] : double.PositiveInfinity;
            var g = gPerStep[registers[Control6] >> 3 & 3];
            for(var n = 0; n < count; n++)
            {
                var sample = new byte[12];
                for(var column = 0; column < 6; column++)
                {
                    Store(sample, 2 * column, columns[column][n] / (column < 3 ? dps : g));
                }
                if(FifoMode == 0)
                {
                    Show(sample);
                    continue;
                }
                if(fifo.Count == FifoSlots)
                {
                    fifo.Dequeue();
                }
                fifo.Enqueue(sample);
            }
            Store(registers, TemperatureOutput, (temperature.At(sampling.TimeOf(first + count - 1)) - 25) * 16); // [2.2, table 5]
        }

        private void Show(byte[] sample)
        {
            Array.Copy(sample, 0, registers, TurningOutput, 6);
            Array.Copy(sample, 6, registers, AccelerationOutput, 6);
        }

        private bool? LevelOf(int due) => Level(due != 0, (registers[Control8] & LineLow) != 0, (registers[Control8] & LineOpenDrain) != 0);

        private int FifoFlags
        {
            get
            {
                var threshold = registers[FifoControl] & 0x1F;
                return fifo.Count | (overrun ? 0x40 : 0) | (threshold > 0 && fifo.Count >= threshold ? 0x80 : 0);
            }
        }

        private bool TurningIsOn => registers[Control1] >> 5 != 0;

        private int FifoMode => (registers[Control9] & FifoEnable) != 0 ? registers[FifoControl] >> 5 : 0;

        // In thousandths of a hertz: [7.12, table 46] with the gyroscope on, [7.22, table 68] with the accelerometer alone
        private ulong Rate
        {
            get
            {
                var together = turningRates[registers[Control1] >> 5];
                return together != 0 ? together : accelerationRates[registers[Control6] >> 5];
            }
        }

        private bool overrun;
        private readonly Repeating sampling = new Repeating();
        private readonly Queue<byte[]> fifo = new Queue<byte[]>();
        private readonly byte[] registers = new byte[0x80];
        private readonly Track[] acceleration = { new Track(), new Track(), new Track(1) }; // lying flat
        private readonly Track[] turning = { new Track(), new Track(), new Track() };
        private readonly Track temperature = new Track(21);

        private static readonly ulong[] turningRates = { 0, 14900, 59500, 119000, 238000, 476000, 952000, 0 };
        private static readonly ulong[] accelerationRates = { 0, 10000, 50000, 119000, 238000, 476000, 952000, 0 };
        private static readonly double[] gPerStep = { 0.061e-3, 0.732e-3, 0.122e-3, 0.244e-3 }; // 2, 16, 4, 8 g [2.1, table 3]
        private static readonly double[] dpsPerStep = { 8.75e-3, 17.5e-3, 17.5e-3, 70e-3 }; // 245, 500, -, 2000 dps
        private static readonly Dictionary<int, int> masks = new Dictionary<int, int>
        {
            { Control1, 0xFB }, { 0x11, 0x0F }, { 0x12, 0xCF }, { 0x13, 0x3F }, { Control4, 0x3B }, { Control5, 0xF8 }, { Control6, 0xFF },
            { 0x21, 0xE5 }, { Control8, 0xFF }, { Control9, 0x5F }, { 0x24, 0x05 }, { FifoControl, 0xFF },
        };

        private const int FifoSlots = 32; // [3.3]
        private const int StopsWhenFull = 1; // [7.33]
        private const int Interrupt1Control = 0x0C;
        private const int Interrupt2Control = 0x0D;
        private const int WhoAmI = 0x0F;
        private const int Control1 = 0x10;
        private const int TemperatureOutput = 0x15;
        private const int StatusOfTurning = 0x17;
        private const int TurningOutput = 0x18;
        private const int Control4 = 0x1E;
        private const int Control5 = 0x1F;
        private const int Control6 = 0x20;
        private const int Control8 = 0x22;
        private const int Control9 = 0x23;
        private const int Status = 0x27;
        private const int AccelerationOutput = 0x28;
        private const int FifoControl = 0x2E;
        private const int FifoSource = 0x2F;

        private const int SendsThreshold = 0x08; // [7.8]
        private const int SendsOverrun = 0x10;
        private const int SendsFull = 0x20;
        private const byte LineOpenDrain = 0x10; // [7.24]
        private const byte LineLow = 0x20;
        private const byte SoftReset = 0x01;
        private const byte IncrementAddress = 0x04;
        private const byte Boot = 0x80;
        private const byte FifoEnable = 0x02; // [7.25]
        private const byte AccelerationReady = 0x01; // [7.18]
        private const byte TurningReady = 0x02;
        private const byte TemperatureReady = 0x04;
    }
}
