using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace OrleansTasks.Tests.Unit;

/// <summary>Contains types with a member that returns a field that JSON does not restore.</summary>
[SuppressMessage("Design", "CA1044", Justification = "Members that can only be set are what is tested.")]
[SuppressMessage("Design", "CA1024", Justification = "Methods beside members are what is tested.")]
[SuppressMessage("Performance", "CA1805", Justification = "Initializers are what is tested.")]
[SuppressMessage("Style", "IDE0032", Justification = "Hand-written fields are what is tested.")]
[SuppressMessage("Style", "IDE0044", Justification = "Hand-written fields are what is tested.")]
public static class HidingTypes
{
    public sealed class SetByMethod
    {
        private int _x;

        public string Name { get; set; } = "";

        public int X => _x;

        public void SetX(int x) => _x = x;
    }

    public sealed class BlockGetter
    {
        private string? _x;

        public string Name { get; set; } = "";

        public string? X
        {
            get { return _x; }
        }

        public static BlockGetter Of(string x) => new() { _x = x };
    }

    public sealed class ReadOnlyView
    {
        private readonly List<int> _list = [];

        public string Name { get; set; } = "";

        public IReadOnlyList<int> L => _list;
    }

    public sealed class WrappedView
    {
        private readonly List<int> _list = [];

        public string Name { get; set; } = "";

        public IReadOnlyCollection<int> L => _list.AsReadOnly();
    }

    public sealed class ObjectView
    {
        private readonly Dictionary<string, int> _map = [];

        public string Name { get; set; } = "";

        public IReadOnlyDictionary<string, int> Map => new ReadOnlyDictionary<string, int>(_map);
    }

    public sealed class CopiedView
    {
        private readonly HashSet<int> _set = [];

        public string Name { get; set; } = "";

        public int[] Items => _set.ToArray();

        public void Add(int item) => _set.Add(item);
    }

    public sealed record Order(string Id)
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines => _lines;

        public void Add(string line) => _lines.Add(line);
    }

    public sealed class OtherConstructor
    {
        private readonly int _x;

        public OtherConstructor()
            : this(3)
        {
        }

        public OtherConstructor(int x) => _x = x;

        public string Name { get; set; } = "";

        public int X => _x;
    }

    public class Base<T>
    {
        private T? _value;

        public T? Value => _value;

        protected void Keep(T value) => _value = value;
    }

    public sealed class Derived : Base<int>
    {
        public string Name { get; set; } = "";

        public void SetValue(int value) => Keep(value);
    }

    public struct Structure
    {
        private int _x;

        public Structure(int x) => _x = x;

        public string? Name { get; set; }

        public readonly int X => _x;
    }

    public sealed class Hits
    {
        private int _count;

        public string Name { get; set; } = "";

        public int Count => _count;

        public void Add() => Interlocked.Increment(ref _count);
    }

    public sealed class SetInLambda
    {
        private int _x;

        public string Name { get; set; } = "";

        public int X => _x;

        public Action Setter(int x) => () => _x = x;
    }

    public sealed class Mutable
    {
        private readonly Part _inner = new();

        public string Name { get; set; } = "";

        public Part Inner => _inner;
    }

    public sealed class Part
    {
        public int Number { get; set; }
    }
}
