using System.Globalization;
using System.Text;

// Provides the parts of .NET 10 that the linked files of the library use, as far as the generator needs them.
namespace System
{
    internal readonly record struct DateOnly(int DayNumber) : IComparable<DateOnly>
    {
        public DateOnly(int year, int month, int day)
            : this((int)(new DateTime(year, month, day).Ticks / TimeSpan.TicksPerDay))
        {
        }

        public int Year => Date.Year;

        public int Month => Date.Month;

        public int Day => Date.Day;

        public int DayOfYear => Date.DayOfYear;

        public DayOfWeek DayOfWeek => Date.DayOfWeek;

        private DateTime Date => new(DayNumber * TimeSpan.TicksPerDay);

        public static DateOnly FromDayNumber(int day) => new(day);

        public int CompareTo(DateOnly other) => DayNumber.CompareTo(other.DayNumber);
    }

    internal abstract class TimeProvider
    {
        public abstract long GetTimestamp();

        public abstract TimeSpan GetElapsedTime(long begun);
    }
}

namespace System.Runtime.CompilerServices
{
    internal static class RuntimeHelpers
    {
        public static T[] GetSubArray<T>(T[] items, Range range)
        {
            var (from, length) = range.GetOffsetAndLength(items.Length);
            var part = new T[length];
            Array.Copy(items, from, part, 0, length);
            return part;
        }
    }
}

namespace System.Buffers
{
    internal sealed class SearchValues<T>(T[] values)
    {
        public T[] Values { get; } = values;
    }

    internal static class SearchValues
    {
        public static SearchValues<char> Create(ReadOnlySpan<char> values) => new(values.ToArray());
    }
}

namespace System.Text.RegularExpressions
{
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class GeneratedRegexAttribute(string pattern, RegexOptions options) : Attribute
    {
        public Regex Make() => new(pattern, options);
    }
}

namespace System.Security.Cryptography
{
    internal static class HashPolyfills
    {
        extension(SHA256)
        {
            public static byte[] HashData(byte[] data)
            {
                using var hash = SHA256.Create();
                return hash.ComputeHash(data);
            }
        }
    }
}

namespace OrleansTasks
{
    internal static class Polyfills
    {
        extension(Math)
        {
            public static int Clamp(int value, int least, int most) => Math.Min(Math.Max(value, least), most);

            public static long Clamp(long value, long least, long most) => Math.Min(Math.Max(value, least), most);

            public static (int Quotient, int Remainder) DivRem(int value, int by) => (value / by, value % by);
        }

        extension(Enum)
        {
            public static string[] GetNames<T>()
                where T : struct, Enum => Enum.GetNames(typeof(T));

            public static T[] GetValues<T>()
                where T : struct, Enum => (T[])Enum.GetValues(typeof(T));

            public static bool IsDefined<T>(T value)
                where T : struct, Enum => Enum.IsDefined(typeof(T), value);
        }

        extension(string)
        {
            public static string Create(IFormatProvider provider, FormattableString text) => text.ToString(provider);

            public static string Join(char separator, IEnumerable<string> parts) => string.Join(separator.ToString(), parts);

            public static string Concat(ReadOnlySpan<char> first, ReadOnlySpan<char> second) => first.ToString() + second.ToString();
        }

        extension(DateTimeOffset)
        {
            public static DateTimeOffset UnixEpoch => new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
        }

        extension(TimeSpan)
        {
            public static long TicksPerMicrosecond => 10;
        }

        extension(char)
        {
            public static bool IsAsciiDigit(char c) => c is >= '0' and <= '9';
        }

        extension(StringInfo)
        {
            public static int GetNextTextElementLength(ReadOnlySpan<char> text) => StringInfo.GetNextTextElement(text.ToString()).Length;
        }

        extension(long)
        {
            public static long Parse(ReadOnlySpan<char> text, NumberStyles style, IFormatProvider provider) =>
                long.Parse(text.ToString(), style, provider);
        }

        public static bool Contains(this string text, char c, StringComparison comparison) => text.IndexOf(c.ToString(), comparison) >= 0;

        public static bool Contains(this string text, string part, StringComparison comparison) => text.IndexOf(part, comparison) >= 0;

        public static int IndexOf(this string text, char c, StringComparison comparison) => text.IndexOf(c.ToString(), comparison);

        public static bool EndsWith(this string text, char c) => text.Length > 0 && text[text.Length - 1] == c;

        public static string Replace(this string text, string old, string replacement, StringComparison comparison) =>
            comparison == StringComparison.Ordinal ? text.Replace(old, replacement) : throw new NotSupportedException();

        public static IOrderedEnumerable<T> Order<T>(this IEnumerable<T> items) => items.OrderBy(i => i);

        public static HashSet<T> ToHashSet<T>(this IEnumerable<T> items) => [.. items];

        public static bool TryAdd<TKey, TValue>(this Dictionary<TKey, TValue> map, TKey key, TValue value)
        {
            if (map.ContainsKey(key))
            {
                return false;
            }

            map.Add(key, value);
            return true;
        }

        public static bool ContainsAnyExceptInRange(this ReadOnlySpan<char> text, char first, char last) =>
            text.IndexOfAnyExceptInRange(first, last) >= 0;

        public static int IndexOfAnyExceptInRange(this ReadOnlySpan<char> text, char first, char last) =>
            text.IndexOf(c => c < first || c > last);

        public static int IndexOfAnyInRange(this ReadOnlySpan<char> text, char first, char last) =>
            text.IndexOf(c => c >= first && c <= last);

        public static int IndexOfAny(this ReadOnlySpan<char> text, System.Buffers.SearchValues<char> values) =>
            text.IndexOf(c => Array.IndexOf(values.Values, c) >= 0);

        public static int IndexOfAnyExcept(this ReadOnlySpan<char> text, System.Buffers.SearchValues<char> values) =>
            text.IndexOf(c => Array.IndexOf(values.Values, c) < 0);

        public static StringBuilder Append(this StringBuilder text, IFormatProvider provider, FormattableString more) =>
            text.Append(more.ToString(provider));

        private static int IndexOf(this ReadOnlySpan<char> text, Func<char, bool> found)
        {
            for (var i = 0; i < text.Length; i++)
            {
                if (found(text[i]))
                {
                    return i;
                }
            }

            return -1;
        }
    }
}
