// SPDX-License-Identifier: Apache-2.0
//
// One quantity of the world as a part meets it: a value that holds, or the samples of a RESD file, looked up at any time.
using System;
using System.Collections.Generic;
using System.Linq;

using Antmicro.Renode.Exceptions;
using Antmicro.Renode.Utilities;
using Antmicro.Renode.Utilities.RESD;

namespace Antmicro.Renode.Vmote
{
    public class Track
    {
        public Track(double held = 0)
        {
            this.held = held;
        }

        // Fills one track for each function. RESD has whole numbers of a unit: `restChannel` holds what is left of each
        // sample in thousandths of that unit, or is -1; `toValue` makes thousandths of the unit into the part's quantity.
        public static void Feed<T>(ReadFilePath path, uint channel, int restChannel, bool interpolate, Func<long, double> toValue, params (Track Track, Func<T, long> Raw)[] targets)
            where T : RESDSample, new()
        {
            var main = Read(path, channel, targets.Select(t => t.Raw).ToArray(), out var period, out var times);
            var rest = restChannel < 0 ? null : Read(path, (uint)restChannel, targets.Select(t => t.Raw).ToArray(), out _, out _);
            if(rest != null && rest[0].Count != main[0].Count)
            {
                throw new RecoverableException($"channels {channel} and {restChannel} of {path} have {main[0].Count} and {rest[0].Count} samples; they belong together");
            }
            for(var n = 0; n < targets.Length; n++)
            {
                var track = targets[n].Track;
                track.values = main[n].Select((raw, i) => toValue(raw * 1000 + (rest == null ? 0 : rest[n][i]))).ToArray();
                track.times = times;
                track.period = period;
                track.interpolate = interpolate;
            }
        }

        public void Hold(double value)
        {
            values = null;
            held = value;
        }

        // The quantity at an instant. Before the first sample, what was held; after the last, the last.
        public double At(ulong time)
        {
            if(values == null || time < times[0])
            {
                return held;
            }
            var index = Find(time, out var part);
            var here = values[index];
            return interpolate && index + 1 < values.Length && part > 0 ? here + (values[index + 1] - here) * part : here;
        }

        // Equally spaced samples.
        public double[] Samples(ulong start, double rate, int count)
        {
            var result = new double[count];
            if(values == null || period == 0 || times[0] != 0)
            {
                for(var i = 0; i < count; i++)
                {
                    result[i] = At(start + (ulong)Math.Round(i * 1e9 / rate));
                }
                return result;
            }
            var own = 1e9 / period;
            var first = start / 1e9 * own;
            for(var i = 0; i < count; i++)
            {
                var position = first + i * (own / rate);
                var index = (long)Math.Floor(position + 1e-9);
                var part = Math.Min(1.0, Math.Max(0.0, position - index));
                var here = values[Math.Min(index, values.Length - 1)];
                var next = values[Math.Min(index + 1, values.Length - 1)];
                result[i] = interpolate ? here + (next - here) * part : here;
            }
            return result;
        }

        private int Find(ulong time, out double part)
        {
            part = 0;
            if(period > 0)
            {
                var index = (time - times[0]) / period;
                part = (double)((time - times[0]) % period) / period;
                return (int)Math.Min(index, (ulong)values.Length - 1);
            }
            var found = Array.BinarySearch(times, time);
            found = found >= 0 ? found : ~found - 1;
            if(found + 1 < times.Length)
            {
                part = (double)(time - times[found]) / (times[found + 1] - times[found]);
            }
            return found;
        }

        // `period` is 0, and `times` has every sample's, unless the whole channel is one block of a constant rate.
        private static List<long>[] Read<T>(ReadFilePath path, uint channel, Func<T, long>[] raw, out ulong period, out ulong[] times) where T : RESDSample, new()
        {
            var columns = raw.Select(_ => new List<long>()).ToArray();
            var moments = new List<ulong>();
            var blocks = new LowLevelRESDParser(path).GetDataBlockEnumerator<T>().Where(block => block.ChannelId == channel);
            period = 0;
            var count = 0;
            foreach(var block in blocks)
            {
                period = ++count == 1 && block is ConstantFrequencySamplesDataBlock<T> constant ? constant.Period : 0;
                foreach(var pair in block.Samples)
                {
                    moments.Add(pair.Key.TotalNanoseconds);
                    for(var n = 0; n < raw.Length; n++)
                    {
                        columns[n].Add(raw[n]((T)pair.Value));
                    }
                }
            }
            if(moments.Count == 0)
            {
                throw new RecoverableException($"{path} has no {typeof(T).Name}s on channel {channel}");
            }
            times = moments.ToArray();
            return columns;
        }

        private double held;
        private double[] values;
        private ulong[] times;
        private ulong period;
        private bool interpolate;
    }
}
