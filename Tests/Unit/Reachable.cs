using System.Reflection;

namespace OrleansTasks.Tests.Unit;

/// <summary>The objects that something keeps alive, by its fields and by theirs.</summary>
internal static class Reachable
{
    /// <summary>All of them.</summary>
    /// <param name="root">The object that keeps them.</param>
    /// <param name="isOutside">What is not looked into.</param>
    public static IEnumerable<object> From(object root, Func<object, bool> isOutside)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<object>([root]);
        while (waiting.TryPop(out var item))
        {
            // What is compared by its value is kept as it is.
            if (item is Type or MemberInfo or Assembly or Module or Thread || isOutside(item) || (!item.GetType().IsValueType && !seen.Add(item)))
            {
                continue;
            }

            yield return item;
            foreach (var next in item is Array all ? Items(all) : Fields(item))
            {
                waiting.Push(next);
            }
        }
    }

    private static IEnumerable<object> Items(Array all) =>
        all.GetType().GetElementType() is { IsPrimitive: false, IsPointer: false } ? all.Cast<object?>().OfType<object>() : [];

    private static IEnumerable<object> Fields(object item)
    {
        for (var type = item.GetType(); type is not null && type != typeof(string) && !type.IsPrimitive; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (field.FieldType is { IsPrimitive: false, IsPointer: false, IsByRefLike: false } && field.GetValue(item) is { } value)
                {
                    yield return value;
                }
            }
        }
    }
}
