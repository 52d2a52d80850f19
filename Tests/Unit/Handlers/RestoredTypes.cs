using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansTasks.Tests.Unit;

/// <summary>Contains types with a member that returns a field, or seems to, and that JSON restores nevertheless.</summary>
[SuppressMessage("Design", "CA1044", Justification = "Members that can only be set are what is tested.")]
[SuppressMessage("Design", "CA1024", Justification = "Methods beside members are what is tested.")]
[SuppressMessage("Performance", "CA1805", Justification = "Initializers are what is tested.")]
[SuppressMessage("Style", "IDE0032", Justification = "Hand-written fields are what is tested.")]
[SuppressMessage("Style", "IDE0044", Justification = "Hand-written fields are what is tested.")]
public static class RestoredTypes
{
    public sealed class BackedBySetter
    {
        private string _name = "";

        public string Name { get => _name; set => _name = value.Trim(); }

        public string Alias => _name;
    }

    public sealed class ComputedFromTwo
    {
        public string First { get; set; } = "";

        public string Last { get; set; } = "";

        public string Full => First + " " + Last;
    }

    public sealed class SetByAnotherSetter
    {
        private int _length;
        private bool _isSet;

        public string Text
        {
            get => field ?? "";
            set
            {
                field = value;
                Measure(value);
            }
        }

        public int Length => _length;

        public bool IsSet => _isSet;

        public void Clear() => (Text, _isSet) = ("", false);

        private void Measure(string text)
        {
            _length = text.Length;
            Mark();
        }

        private void Mark() => _isSet = true;
    }

    public sealed class Notifying
    {
        private string _name = "";
        private int _changes;

        public string Name { get => _name; set => Set(ref _name, value); }

        public int Changes => _changes;

        private void Set<T>(ref T place, T value)
        {
            place = value;
            _changes++;
        }
    }

    public sealed class LazilyCached
    {
        private string? _full;
        private int? _hash;

        public string First { get; set; } = "";

        public string Last { get; set; } = "";

        public string Full => _full ??= First + Last;

        public string Upper => field ??= First.ToUpperInvariant();

        public int Hash
        {
            get
            {
                Compute();
                return _hash ?? 0;
            }
        }

        public int? LastHash => _hash;

        private void Compute() => _hash ??= First.Length;
    }

    public sealed class BoundByConstructor(int x, string name)
    {
        private readonly int _x = x;
        private readonly int _length = name.Length;

        public string Name { get; } = name;

        public int X => _x;

        public int Length => _length;
    }

    public sealed record CachedRecord(string First, string Last)
    {
        private readonly string _full = First + Last;
        private readonly List<string> _parts = [First, Last];

        public string Full => _full;

        public IReadOnlyList<string> Parts => _parts;
    }

    public sealed class IncludedField
    {
        [JsonInclude]
        private int _x;

        public string Name { get; set; } = "";

        public int X => _x;

        public void SetX(int x) => _x = x;
    }

    public sealed class IncludedProperty
    {
        private readonly List<int> _list = [];

        public string Name { get; set; } = "";

        public IReadOnlyList<int> View => _list;

        [JsonInclude]
        private List<int> Stored { get => _list; init => _list.AddRange(value); }
    }

    public sealed class PopulatedList
    {
        private readonly List<int> _list = [];

        public string Name { get; set; } = "";

        [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
        public List<int> Items => _list;

        public IReadOnlyList<int> View => _list;
    }

    public sealed class IgnoredMember
    {
        private readonly List<string> _errors = [];
        private int _x;

        public string Name { get; set; } = "";

        [JsonIgnore]
        public IReadOnlyList<string> Errors => _errors;

        [JsonIgnore]
        public int X => _x;

        public void Check() => _errors.Add($"{_x++}");
    }

    public sealed class Constant
    {
        private readonly string _kind = "constant";
        private readonly string[] _roles = ["a", "b"];
        private int _unused = 0;

        public string Name { get; set; } = "";

        public string Kind => _kind;

        public IReadOnlyList<string> Roles => _roles;

        public int Unused => _unused;

        public override string ToString() => _unused.ToString(CultureInfo.InvariantCulture) + _roles.Length;
    }

    public sealed class RestoredAfterwards : IJsonOnDeserialized
    {
        private int _x;

        public string Name { get; set; } = "";

        public int X => _x;

        void IJsonOnDeserialized.OnDeserialized() => _x = Name.Length;
    }

    public sealed class RestoredByAnother
    {
        private int _x;

        public string Name { get; set; } = "";

        public string Code { get => $"{_x}"; set => Reader.Read(this, value); }

        public int X => _x;

        public void SetX(int x) => _x = x;
    }

    private static class Reader
    {
        public static void Read(RestoredByAnother target, string code) => target.SetX(int.Parse(code, CultureInfo.InvariantCulture));
    }

    public sealed class Observing
    {
        private int _added;

        public Observing() => Items.CollectionChanged += (_, _) => _added++;

        [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
        public ObservableCollection<int> Items { get; } = [];

        public int Added => _added;
    }

    public abstract class Shape
    {
        private double _area;

        public double Side { get; set => Resize(field = value); }

        public double Area => _area;

        protected void SetArea(double area) => _area = area;

        protected abstract void Resize(double side);
    }

    public sealed class Square : Shape
    {
        protected override void Resize(double side) => SetArea(side * side);
    }

    public abstract class Message(string kind)
    {
        private readonly string _kind = kind;

        public string Kind => _kind;
    }

    public sealed class Created : Message
    {
        public Created()
            : base("created")
        {
        }

        public Created(string name)
            : base("created") => Name = name;

        public string Name { get; set; } = "";
    }
}
