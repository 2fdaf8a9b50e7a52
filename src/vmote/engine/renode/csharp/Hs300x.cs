// SPDX-License-Identifier: Apache-2.0
//
// HS3003, humidity and temperature: Renesas HS300x datasheet, 2019 (DS), its sections in brackets. Renode's
// HS3001 measures in no time, and never hears that its address is a command.
// The part has no sub-addresses: an address for writing starts a measurement, a read of four bytes fetches the last one.
// Fed as the HTS221 is: by RESD (thousandths of a degree and of a per cent) or by its properties.
using System;
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Utilities;
using Antmicro.Renode.Utilities.RESD;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Sensors
{
    public class Hs300x : I2cPart, IThermometer
    {
        // `alwaysPowered: false` for a board that switches the part's supply: connect the switch to input 0.
        public Hs300x(IMachine machine, bool alwaysPowered = true) : base(machine, alwaysPowered)
        {
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

        public override void Addressed(bool read)
        {
            Settle();
            place = 0;
            command.Clear();
            if(!read && !programming && !measurementEnds.HasValue)
            {
                measurementEnds = Now + MeasurementTime; // [5.2]
            }
        }

        // Bytes mean nothing but in the programming mode, where three of them are a command [6.8].
        public override void Write(byte[] data)
        {
            foreach(var value in data)
            {
                command.Add(value);
                if(command.Count == 3 && Powered)
                {
                    Obey(command[0], (ushort)(command[1] << 8 | command[2]));
                }
            }
        }

        public override byte[] Read(int count = 1)
        {
            var result = new byte[count];
            for(var n = 0; n < count; n++)
            {
                result[n] = Powered ? Next(place++) : (byte)0xFF; // unpowered: nobody pulls the line down
            }
            return result;
        }

        public override void FinishTransmission()
        {
            command.Clear();
        }

        protected override void Restart()
        {
            poweredSince = Now;
            programming = false;
            answer = new byte[0];
            measurementEnds = null;
            fresh = false;
            Array.Clear(measured, 0, measured.Length);
            place = 0;
        }

        protected override bool Signed => false;

        // Finish the measurement that ended before now.
        protected override void CatchUp(ulong now)
        {
            if(!measurementEnds.HasValue || now < measurementEnds.Value)
            {
                return;
            }
            var time = measurementEnds.Value;
            measurementEnds = null;
            fresh = true;
            if(Stale)
            {
                return;
            }
            // [5.4, equations 1 and 2]
            var h = Counts(Math.Max(0, Math.Min(100, humidity.At(time))) / 100, HumidityResolution);
            var t = Counts((Math.Max(-40, Math.Min(125, temperature.At(time))) + 40) / 165, TemperatureResolution);
            measured[0] = (byte)(h >> 8);
            measured[1] = (byte)h;
            measured[2] = (byte)(t >> 6);
            measured[3] = (byte)(t << 2);
        }

        // Fourteen bits, of which a coarser resolution leaves the lowest at 0.
        private int Counts(double partOfRange, int register) =>
            (int)Math.Round(partOfRange * Full, MidpointRounding.ToEven) & Full << 2 * (3 - Resolution(register));

        // Four bytes, two of each quantity; above the first are two bits of status [5.3]
        private byte Next(int n)
        {
            if(programming)
            {
                return n < answer.Length ? answer[n] : (byte)0xFF;
            }
            if(n >= measured.Length)
            {
                return 0xFF;
            }
            var value = Spoiled(measured[n], n == 0 || n == 2);
            if(n == 0)
            {
                value = (byte)((value & 0x3F) | (fresh ? 0 : ReadBefore));
            }
            else if(n == 3)
            {
                fresh = false;
            }
            return value;
        }

        private void Obey(byte what, ushort value)
        {
            var register = what & ~Writes;
            if(what == Enter)
            {
                if(Now - poweredSince <= Window)
                {
                    programming = true;
                    measurementEnds = null;
                }
            }
            else if(programming && what == Leave)
            {
                programming = false;
            }
            else if(programming && memory.ContainsKey(register))
            {
                if((what & Writes) != 0 && (register == HumidityResolution || register == TemperatureResolution))
                {
                    memory[register] = value;
                }
                answer = new byte[] { Done, (byte)(memory[register] >> 8), (byte)memory[register] };
            }
            else if(programming)
            {
                this.Log(LogLevel.Warning, "Command 0x{0:X2} of the programming mode is not implemented", what);
            }
        }

        private int Resolution(int register) => memory[register] >> 10 & 3; // [6.8.2]

        // [3.2] The wake-up, and a conversion of each quantity.
        private ulong MeasurementTime =>
            100000ul + conversions[Resolution(HumidityResolution)] + conversions[Resolution(TemperatureResolution)];

        private ulong poweredSince;
        private ulong? measurementEnds;
        private bool programming;
        private bool fresh; // not yet read
        private int place; // in a read
        private byte[] answer = new byte[0]; // of the programming mode
        private readonly byte[] measured = new byte[4];
        private readonly List<byte> command = new List<byte>();
        private readonly Track temperature = new Track(21);
        private readonly Track humidity = new Track(45);

        // Non-volatile: it outlives the supply. As it leaves the factory both resolutions are 14 bits.
        private readonly Dictionary<int, ushort> memory = new Dictionary<int, ushort>
        {
            { HumidityResolution, 0x0C00 },
            { TemperatureResolution, 0x0C00 },
            { 0x1E, 0x766D }, // the serial number
            { 0x1F, 0x6F74 },
        };

        private static readonly ulong[] conversions = { 550000, 1310000, 4500000, 16900000 }; // [3.2] 8, 10, 12, 14 bits

        private const int Full = (1 << 14) - 1;
        private const int ReadBefore = 0x40;
        private const int HumidityResolution = 0x06;
        private const int TemperatureResolution = 0x11;
        private const int Enter = 0xA0;
        private const int Leave = 0x80;
        private const int Writes = 0x40;
        private const byte Done = 0x81;
        private const ulong Window = 10000000; // [6.8] from power-up
    }
}
