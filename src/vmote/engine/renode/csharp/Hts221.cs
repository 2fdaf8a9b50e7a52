// SPDX-License-Identifier: Apache-2.0
//
// HTS221, humidity and temperature: ST DocID026333 Rev 4 (DS), its sections in brackets. Renode has no model of it.
// Fed by RESD (temperature in thousandths of a degree, humidity in thousandths of a per cent) or by its properties.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Utilities;
using Antmicro.Renode.Utilities.RESD;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Sensors
{
    public class Hts221 : RegisterPart, IThermometer
    {
        // `alwaysPowered: false` for a board that switches the part's supply: connect the switch to input 0.
        public Hts221(IMachine machine, bool alwaysPowered = true) : base(machine, alwaysPowered)
        {
            Restart();
        }

        // `restChannel` holds what is left of each sample in thousandths of the file's grain; `interpolate` draws straight
        // lines between samples instead of steps.
        public void FeedTemperatureSamplesFromRESD(ReadFilePath path, uint channel = 0, int restChannel = -1, bool interpolate = false)
        {
            Track.Feed<TemperatureSample>(path, channel, restChannel, interpolate, k => k * 1e-6, (temperature, s => s.Temperature));
        }

        public void FeedHumiditySamplesFromRESD(ReadFilePath path, uint channel = 0, int restChannel = -1, bool interpolate = false)
        {
            Track.Feed<HumiditySample>(path, channel, restChannel, interpolate, k => k * 1e-6, (humidity, s => s.Humidity));
        }

        // Degrees Celsius: sets them for good, or tells what the part would measure now.
        public double Temperature
        {
            get { return temperature.At(Now); }
            set { temperature.Hold(value); }
        }

        // Per cent of relative humidity.
        public double Humidity
        {
            get { return humidity.At(Now); }
            set { humidity.Hold(value); }
        }

        public GPIO DataReady { get; } = new GPIO();

        // [7.5]
        protected override (GPIO Line, bool? Level)[] Lines
        {
            get
            {
                var control = registers[Control3];
                var ready = (control & LineEnable) != 0 && (registers[Status] & (HumidityAvailable | TemperatureAvailable)) != 0;
                return new[] { (DataReady, Level(ready, (control & LineLow) != 0, (control & LineOpenDrain) != 0)) };
            }
        }

        protected override ulong? NextChange
        {
            get
            {
                if(!IsPoweredUp || (registers[Control3] & LineEnable) == 0 || (registers[Status] & (HumidityAvailable | TemperatureAvailable)) != 0)
                {
                    return null;
                }
                return Rate == 0 ? conversionEnds : continuousSince + (continuousDone + 1) * periods[Rate];
            }
        }

        protected override void Restart()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[WhoAmI] = 0xBC; // [7.1]
            registers[AverageConfiguration] = 0x1B; // [7.2]
            LoadCalibration();
            conversionEnds = null;
            continuousSince = 0;
            continuousDone = 0;
            lowByteRead[0] = lowByteRead[1] = false;
            heldBack[0] = heldBack[1] = null;
        }

        protected override bool Increments(bool asked) => asked; // [5.1.1]

        protected override bool? IsMostSignificant(int register) =>
            register >= HumidityLow && register <= TemperatureHigh ? register == HumidityHigh || register == TemperatureHigh : (bool?)null;

        protected override void WriteRegister(int register, byte value)
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
                Reserved(register, value);
                break;
            }
        }

        protected override byte ReadRegister(int register)
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
            return value;
        }

        // Finish the conversions that ended before now.
        protected override void CatchUp(ulong now)
        {
            if(!IsPoweredUp)
            {
                return;
            }
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
                var h = Math.Max(0, Math.Min(100, humidity.At(time))); // [4, table 3]
                var t = Math.Max(-40, Math.Min(120, temperature.At(time)));
                Publish(HumidityLow, HumidityOutput0 + (h - Humidity0) * (HumidityOutput1 - HumidityOutput0) / (Humidity1 - Humidity0));
                Publish(TemperatureLow, TemperatureOutput0 + (t - Temperature0) * (TemperatureOutput1 - TemperatureOutput0) / (Temperature1 - Temperature0));
            }
            registers[Status] = HumidityAvailable | TemperatureAvailable;
        }

        private void Publish(int low, double output)
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

        private static int Half(int register) => register < TemperatureLow ? 0 : 1;

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
        private readonly bool[] lowByteRead = new bool[2];
        private readonly ushort?[] heldBack = new ushort?[2];
        private readonly byte[] registers = new byte[0x80];
        private readonly Track temperature = new Track(21);
        private readonly Track humidity = new Track(45);

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
        private const int LineEnable = 0x04;
        private const int LineOpenDrain = 0x40;
        private const int LineLow = 0x80;
        private const int HumidityAvailable = 0x02;
        private const int TemperatureAvailable = 0x01;

        private const double Humidity0 = 33;
        private const double Humidity1 = 74.5;
        private const short HumidityOutput0 = -18;
        private const short HumidityOutput1 = -18 + 10624;
        private const double Temperature0 = 19.875;
        private const double Temperature1 = 36.625;
        private const short TemperatureOutput0 = -4;
        private const short TemperatureOutput1 = -4 + 1072;
    }
}
