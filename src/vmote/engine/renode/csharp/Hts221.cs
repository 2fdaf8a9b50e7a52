// SPDX-License-Identifier: Apache-2.0
//
// HTS221, humidity and temperature: ST DocID026333 Rev 4 (DS), its sections in brackets. Renode has no model of it.
// Fed by RESD (temperature in thousandths of a degree, humidity in thousandths of a per cent) or by its properties.
// It is written from the datasheet, not from vmote's Python model of the same part, so that the two check one another.
using System;
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.I2C;
using Antmicro.Renode.Utilities;
using Antmicro.Renode.Utilities.RESD;

namespace Antmicro.Renode.Peripherals.Sensors
{
    public class Hts221 : II2CPeripheral, IGPIOReceiver, IMayRefuse
    {
        // `alwaysPowered: false` for a board that switches the part's supply: connect the switch to input 0.
        public Hts221(IMachine machine, bool alwaysPowered = true)
        {
            this.machine = machine;
            this.alwaysPowered = alwaysPowered;
            temperature = new World<TemperatureSample>(s => s.Temperature) { Held = 20m };
            humidity = new World<HumiditySample>(s => s.Humidity) { Held = 50m };
            supply = alwaysPowered;
            Reset();
        }

        public void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[WhoAmI] = 0xBC; // [7.1]
            registers[AverageConfiguration] = 0x1B; // [7.2]
            LoadCalibration();
            conversionEnds = null;
            continuousSince = 0;
            continuousDone = 0;
            transferOpen = false;
            lowByteRead[0] = lowByteRead[1] = false;
            heldBack[0] = heldBack[1] = null;
        }

        // The supply's switch. A part that loses power forgets everything.
        public void OnGPIO(int number, bool value)
        {
            if(!alwaysPowered && value != supply)
            {
                supply = value;
                Reset();
            }
        }

        public void Write(byte[] data)
        {
            foreach(var value in data)
            {
                if(!transferOpen)
                {
                    transferOpen = true;
                    pointer = value & 0x7F;
                    increments = (value & 0x80) != 0; // [5.1.1]
                    continue;
                }
                if(Powered)
                {
                    CatchUp();
                    WriteRegister(pointer, value);
                }
                Advance();
            }
        }

        public byte[] Read(int count = 1)
        {
            var result = new byte[count];
            for(var i = 0; i < count; i++)
            {
                if(!Powered)
                {
                    result[i] = 0xFF; // nobody pulls the line down
                    continue;
                }
                CatchUp();
                result[i] = ReadRegister(pointer);
                Advance();
            }
            transferOpen = false; // what is written next, after a repeated start, is a sub-address again
            return result;
        }

        public void FinishTransmission()
        {
            transferOpen = false;
        }

        // `restChannel` holds what is left of each sample in thousandths of the file's grain; `interpolate` draws straight
        // lines between samples of a constant rate instead of steps.
        public void FeedTemperatureSamplesFromRESD(ReadFilePath path, uint channel = 0, int restChannel = -1, bool interpolate = false)
        {
            temperature.Feed(this, path, channel, restChannel, interpolate);
        }

        public void FeedHumiditySamplesFromRESD(ReadFilePath path, uint channel = 0, int restChannel = -1, bool interpolate = false)
        {
            humidity.Feed(this, path, channel, restChannel, interpolate);
        }

        // Degrees Celsius: sets them for good, or tells what the part would measure now.
        public decimal Temperature
        {
            get { return temperature.At(Now); }
            set { temperature.Hold(value); }
        }

        // Per cent of relative humidity.
        public decimal Humidity
        {
            get { return humidity.At(Now); }
            set { humidity.Hold(value); }
        }

        public bool Refuses => !Powered;

        // Faults. Frozen: the part answers, but its measurements stand still and no data becomes ready.
        public bool Frozen
        {
            get { return frozen; }
            set
            {
                CatchUp();
                frozen = value;
            }
        }

        // The part says that data is ready, and returns what it measured before.
        public bool Stale { get; set; }

        // The part is gone from its bus, and forgets everything.
        public bool Absent
        {
            get { return absent; }
            set
            {
                absent = value;
                Reset();
            }
        }

        // The bits of this mask read as StuckValue in every byte of a measurement.
        public byte StuckMask { get; set; }

        public bool StuckValue { get; set; }

        // Every measurement is the largest (1) or the smallest (-1) there is.
        public int OutOfRange { get; set; }

        private bool Powered => supply && !absent;

        private byte Spoiled(int register, byte value)
        {
            var most = register == HumidityHigh || register == TemperatureHigh;
            if(OutOfRange != 0)
            {
                value = OutOfRange > 0 ? (byte)(most ? 0x7F : 0xFF) : (byte)(most ? 0x80 : 0x00);
            }
            return (byte)(StuckValue ? value | StuckMask : value & ~StuckMask);
        }

        private void WriteRegister(int register, byte value)
        {
            switch(register)
            {
            case AverageConfiguration:
                registers[register] = (byte)(value & 0x3F);
                break;
            case Control1:
                registers[register] = (byte)(value & 0x87);
                continuousSince = Now;
                continuousDone = 0;
                if((value & PowerUp) == 0)
                {
                    conversionEnds = null;
                }
                break;
            case Control2:
                if((value & Boot) != 0)
                {
                    LoadCalibration(); // and the bit clears itself [7.4]
                }
                registers[register] = (byte)(value & 0x03);
                if((value & OneShot) != 0 && IsPoweredUp && Rate == 0)
                {
                    conversionEnds = Now + ConversionTime;
                }
                break;
            case Control3:
                registers[register] = (byte)(value & 0xC4);
                break;
            default:
                this.Log(LogLevel.Warning, "Write of 0x{0:X2} to read-only or reserved register 0x{1:X2}", value, register);
                break;
            }
        }

        private byte ReadRegister(int register)
        {
            var value = registers[register];
            switch(register)
            {
            case HumidityLow:
            case TemperatureLow:
                lowByteRead[Half(register)] = true;
                break;
            case HumidityHigh:
            case TemperatureHigh:
                // Reading the high byte clears the data-available bit [7.6] and lets a held pair through [7.3]
                var half = Half(register);
                lowByteRead[half] = false;
                registers[Status] &= (byte)(half == 0 ? ~HumidityAvailable : ~TemperatureAvailable);
                if(heldBack[half].HasValue)
                {
                    Store(register - 1, heldBack[half].Value);
                    heldBack[half] = null;
                }
                break;
            }
            return register >= HumidityLow && register <= TemperatureHigh ? Spoiled(register, value) : value;
        }

        // Finish the conversions that ended before now.
        private void CatchUp()
        {
            if(!IsPoweredUp || frozen)
            {
                return;
            }
            var now = Now;
            if(Rate == 0)
            {
                if(conversionEnds.HasValue && now >= conversionEnds.Value)
                {
                    Convert(conversionEnds.Value);
                    conversionEnds = null;
                    registers[Control2] &= unchecked((byte)~OneShot);
                }
                return;
            }
            var period = periods[Rate];
            var count = (now - continuousSince) / period;
            if(count > continuousDone)
            {
                continuousDone = count;
                Convert(continuousSince + count * period);
            }
        }

        private void Convert(ulong time)
        {
            if(!Stale)
            {
                var h = Math.Max(0m, Math.Min(100m, humidity.At(time))); // [4, table 3]
                var t = Math.Max(-40m, Math.Min(120m, temperature.At(time)));
                Publish(HumidityLow, HumidityOutput0 + (h - Humidity0) * (HumidityOutput1 - HumidityOutput0) / (Humidity1 - Humidity0));
                Publish(TemperatureLow, TemperatureOutput0 + (t - Temperature0) * (TemperatureOutput1 - TemperatureOutput0) / (Temperature1 - Temperature0));
            }
            registers[Status] = HumidityAvailable | TemperatureAvailable;
        }

        private void Publish(int low, decimal output)
        {
            var rounded = Math.Round(output, MidpointRounding.ToEven);
            var raw = (ushort)(short)Math.Max(short.MinValue, Math.Min(short.MaxValue, rounded));
            if((registers[Control1] & BlockDataUpdate) != 0 && lowByteRead[Half(low)])
            {
                heldBack[Half(low)] = raw;
            }
            else
            {
                Store(low, raw);
            }
        }

        private void Store(int low, ushort raw)
        {
            registers[low] = (byte)raw;
            registers[low + 1] = (byte)(raw >> 8);
        }

        // This part's own calibration [8]: each real part has other values. The slopes are the typical sensitivities of
        // [4, table 3], 64 steps a degree and 256 a per cent.
        private void LoadCalibration()
        {
            var t0 = (int)(Temperature0 * 8);
            var t1 = (int)(Temperature1 * 8);
            registers[0x30] = (byte)(Humidity0 * 2);
            registers[0x31] = (byte)(Humidity1 * 2);
            registers[0x32] = (byte)t0;
            registers[0x33] = (byte)t1;
            registers[0x35] = (byte)((t1 >> 8 & 3) << 2 | (t0 >> 8 & 3));
            Store(0x36, unchecked((ushort)HumidityOutput0));
            Store(0x3A, unchecked((ushort)HumidityOutput1));
            Store(0x3C, unchecked((ushort)TemperatureOutput0));
            Store(0x3E, unchecked((ushort)TemperatureOutput1));
        }

        private void Advance()
        {
            if(increments)
            {
                pointer = (pointer + 1) & 0x7F;
            }
        }

        private static int Half(int register) => register < TemperatureLow ? 0 : 1;

        private ulong Now
        {
            get
            {
                SyncTime(machine);
                return machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds;
            }
        }

        // Inside an access of the CPU, virtual time is that of the last synchronisation until it is asked to catch up.
        private static void SyncTime(IMachine machine)
        {
            if(machine.SystemBus.TryGetCurrentCPU(out var cpu))
            {
                cpu.SyncTime();
            }
        }

        // The DS gives no figure: 1 ms and 0.1 ms for each average are assumed; averages: [7.2, table 16]
        private ulong ConversionTime
        {
            get
            {
                var averages = registers[AverageConfiguration];
                return 1000000ul + 100000ul * (ulong)((2 << (averages >> 3 & 7)) + (4 << (averages & 7)));
            }
        }

        private bool IsPoweredUp => (registers[Control1] & PowerUp) != 0;

        private int Rate => registers[Control1] & 3;

        private ulong? conversionEnds;
        private ulong continuousSince;
        private ulong continuousDone;
        private int pointer;
        private bool increments;
        private bool transferOpen;
        private bool supply;
        private bool absent;
        private bool frozen;
        private readonly bool[] lowByteRead = new bool[2];
        private readonly ushort?[] heldBack = new ushort?[2];
        private readonly byte[] registers = new byte[0x80];
        private readonly bool alwaysPowered;
        private readonly IMachine machine;
        private readonly World<TemperatureSample> temperature;
        private readonly World<HumiditySample> humidity;

        private static readonly ulong[] periods = { 0, 1000000000, 142857143, 80000000 }; // [7.3, table 17]

        private const int WhoAmI = 0x0F;
        private const int AverageConfiguration = 0x10;
        private const int Control1 = 0x20;
        private const int Control2 = 0x21;
        private const int Control3 = 0x22;
        private const int Status = 0x27;
        private const int HumidityLow = 0x28;
        private const int HumidityHigh = 0x29;
        private const int TemperatureLow = 0x2A;
        private const int TemperatureHigh = 0x2B;

        private const int PowerUp = 0x80;
        private const int BlockDataUpdate = 0x04;
        private const int Boot = 0x80;
        private const int OneShot = 0x01;
        private const int HumidityAvailable = 0x02;
        private const int TemperatureAvailable = 0x01;

        private const decimal Humidity0 = 33m;
        private const decimal Humidity1 = 74.5m;
        private const short HumidityOutput0 = -18;
        private const short HumidityOutput1 = -18 + 10624;
        private const decimal Temperature0 = 19.875m;
        private const decimal Temperature1 = 36.625m;
        private const short TemperatureOutput0 = -4;
        private const short TemperatureOutput1 = -4 + 1072;

        // One quantity of the world: a value that holds, or a RESD file in thousandths of the unit.
        private class World<T> where T : RESDSample, new()
        {
            public World(Func<T, decimal> raw)
            {
                this.raw = raw;
            }

            public void Feed(Hts221 owner, ReadFilePath path, uint channel, int restChannel, bool interpolate)
            {
                Forget();
                now = Open(owner, path, channel, restChannel, 0);
                var block = now[0].CurrentBlock as ConstantFrequencySamplesDataBlock<T>;
                if(interpolate && block != null)
                {
                    period = block.Period;
                    start = block.StartTime;
                    next = Open(owner, path, channel, restChannel, (long)period); // a stream cannot look ahead: this one is early
                }
            }

            public void Hold(decimal value)
            {
                Forget();
                Held = value;
            }

            public decimal At(ulong time)
            {
                if(now == null || !TryRead(now, time, out var value))
                {
                    return Held;
                }
                Held = value;
                if(next == null || time < start || !TryRead(next, time, out var following))
                {
                    return value;
                }
                return value + (following - value) * ((time - start) % period) / period;
            }

            public decimal Held { get; set; }

            private static RESDStream<T>[] Open(Hts221 owner, ReadFilePath path, uint channel, int restChannel, long ahead)
            {
                var main = owner.CreateRESDStream<T>(path, channel, RESDStreamSampleOffset.Specified, ahead);
                return restChannel < 0 ? new[] { main }
                    : new[] { main, owner.CreateRESDStream<T>(path, (uint)restChannel, RESDStreamSampleOffset.Specified, ahead) };
            }

            private bool TryRead(RESDStream<T>[] streams, ulong time, out decimal value)
            {
                value = 0;
                var unit = 1000m;
                foreach(var stream in streams)
                {
                    stream.TryGetSample(time, out var sample);
                    if(sample == null)
                    {
                        return false;
                    }
                    value += raw(sample) / unit;
                    unit *= 1000m;
                }
                return true;
            }

            private void Forget()
            {
                foreach(var stream in (now ?? new RESDStream<T>[0]).Concat(next ?? new RESDStream<T>[0]))
                {
                    stream.Dispose();
                }
                now = next = null;
            }

            private RESDStream<T>[] now;
            private RESDStream<T>[] next;
            private ulong period;
            private ulong start;
            private readonly Func<T, decimal> raw;
        }
    }
}
