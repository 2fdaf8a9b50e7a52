// SPDX-License-Identifier: Apache-2.0
//
// A microphone, as the samples of 16 bits that its interface makes of its signal. Fed by a WAV file, by raw samples, or
// silent. Renode's PDM takes raw samples one after the other, whatever the time; these have theirs.
using System;
using System.IO;
using System.Text;

using Antmicro.Renode.Core;
using Antmicro.Renode.Exceptions;
using Antmicro.Renode.Utilities;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Sound
{
    public class Microphone : IPeripheral, IGPIOReceiver
    {
        // `alwaysPowered: false` for a board that switches the microphone's supply: connect the switch to input 0.
        public Microphone(IMachine machine, bool alwaysPowered = true)
        {
            this.machine = machine;
            this.alwaysPowered = alwaysPowered;
            supply = alwaysPowered;
        }

        public void Reset()
        {
        }

        public void OnGPIO(int number, bool value)
        {
            if(!alwaysPowered && value != supply)
            {
                supply = value;
                suppliedSince = BoardClock.Of(machine).Nanoseconds;
            }
        }

        // PCM of 16, 24 or 32 bits, one channel, any rate; it begins with the board's time, or so many nanoseconds later,
        // and ends in silence.
        public void FeedSoundFromWav(ReadFilePath path, ulong start = 0)
        {
            using(var reader = new BinaryReader(File.OpenRead(path)))
            {
                if(Tag(reader) != "RIFF" || reader.ReadUInt32() == 0 || Tag(reader) != "WAVE")
                {
                    throw new RecoverableException($"{path} is no WAV file");
                }
                var bits = 0;
                while(true)
                {
                    var tag = Tag(reader);
                    var size = reader.ReadUInt32();
                    if(tag == "fmt ")
                    {
                        var format = reader.ReadUInt16();
                        var channels = reader.ReadUInt16();
                        rate = reader.ReadUInt32();
                        reader.ReadUInt32();
                        reader.ReadUInt16();
                        bits = reader.ReadUInt16();
                        reader.ReadBytes((int)size - 16);
                        if((format != 1 && format != 0xFFFE) || channels != 1 || bits < 16 || bits % 8 != 0 || bits > 32)
                        {
                            throw new RecoverableException($"{path}: format {format}, {channels} channel(s), {bits} bits; PCM (1), one channel, 16 to 32 bits are taken");
                        }
                    }
                    else if(tag == "data" && bits > 0)
                    {
                        Take(reader.ReadBytes((int)size), bits / 8, start);
                        return;
                    }
                    else if(tag.Length < 4)
                    {
                        throw new RecoverableException($"{path} has no samples");
                    }
                    else
                    {
                        reader.ReadBytes((int)size);
                    }
                }
            }
        }

        // Samples of 16 bits, least significant byte first, and nothing else.
        public void FeedRawPcm(ReadFilePath path, uint hertz = 16000)
        {
            rate = hertz;
            Take(File.ReadAllBytes(path), 2, 0);
        }

        // A fraction of full scale that holds from now on; 0 is silence.
        public double Sound
        {
            get { return sound == null ? held : At(BoardClock.Of(machine).Nanoseconds, rate, 1)[0]; }
            set
            {
                sound = null;
                held = value;
            }
        }

        // Faults. The sample of this moment holds.
        public bool Frozen
        {
            get { return frozen.HasValue; }
            set { frozen = value ? At(machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds, rate, 1)[0] : (double?)null; }
        }

        public bool Absent
        {
            get { return absent; }
            set
            {
                absent = value;
                suppliedSince = machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds;
            }
        }

        public ushort StuckMask { get; set; }

        public bool StuckValue { get; set; }

        public int OutOfRange { get; set; }

        // What an interface gets that samples from `start` on, with a gain of its own.
        public short[] Samples(ulong start, double hertz, int count, double gain)
        {
            var result = new short[count];
            if(!supply || absent)
            {
                return result;
            }
            var signal = frozen.HasValue ? null : At(start, hertz, count);
            // MP34DT06J datasheet, table 3: from power-down to sound. One that was never without supply is awake.
            var asleep = suppliedSince == 0 ? 0 : (long)(((double)suppliedSince + WakeUp - start) * hertz / 1e9);
            for(var i = 0; i < count; i++)
            {
                var value = Math.Round((frozen ?? signal[i]) * (32767 * gain), MidpointRounding.ToEven);
                var raw = i < asleep ? (short)0 : (short)Math.Max(short.MinValue, Math.Min(short.MaxValue, value));
                raw = OutOfRange > 0 ? short.MaxValue : OutOfRange < 0 ? short.MinValue : raw;
                result[i] = (short)(StuckValue ? raw | (short)StuckMask : raw & ~StuckMask);
            }
            return result;
        }

        private double[] At(ulong start, double hertz, int count)
        {
            var result = new double[count];
            var first = (start >= begin ? (double)(start - begin) : -(double)(begin - start)) / 1e9 * rate;
            for(var i = 0; i < count; i++)
            {
                if(sound == null)
                {
                    result[i] = held;
                    continue;
                }
                var position = first + i * (rate / hertz);
                var index = (long)Math.Floor(position + 1e-9);
                var part = Math.Min(1.0, Math.Max(0.0, position - index));
                var here = index >= 0 && index < sound.Length ? sound[index] * Grain : 0;
                var next = index + 1 >= 0 && index + 1 < sound.Length ? sound[index + 1] * Grain : 0;
                result[i] = here + (next - here) * part;
            }
            return result;
        }

        private void Take(byte[] data, int width, ulong start)
        {
            begin = start;
            sound = new int[data.Length / width];
            for(var i = 0; i < sound.Length; i++)
            {
                for(var n = 0; n < width; n++)
                {
                    sound[i] |= data[i * width + n] << 8 * (4 - width + n);
                }
            }
        }

        private static string Tag(BinaryReader reader) => Encoding.ASCII.GetString(reader.ReadBytes(4));

        private int[] sound; // full scale is 2^31
        private double rate = 16000;
        private double held;
        private bool supply;
        private bool absent;
        private ulong suppliedSince;
        private ulong begin; // ns: when the first sample of `sound` is heard
        private double? frozen;
        private readonly bool alwaysPowered;
        private readonly IMachine machine;

        private const double Grain = 1.0 / 2147483648.0;
        private const ulong WakeUp = 10000000; // ns
    }
}
