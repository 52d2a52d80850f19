using System.Reflection;

namespace OrleansTasks.Tests.Unit;

/// <summary>Finds the objects that an object keeps in memory through fields.</summary>
internal static class Reachable
{
    /// <summary>Returns all reachable objects.</summary>
    /// <param name="root">The object from which the search starts.</param>
    /// <param name="isOutside">Decides which objects the search does not enter.</param>
    public static IEnumerable<object> From(object root, Func<object, bool> isOutside)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<object>([root]);
        while (waiting.TryPop(out var item))
        {
            // Value types are compared by value, so they are not recorded as seen.
            if (item is Type or MemberInfo or Assembly or Module or Thread || isOutside(item)
                || (!item.GetType().IsValueType && !seen.Add(item)))
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
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (field.FieldType is { IsPrimitive: false, IsPointer: false, IsByRefLike: false } && field.GetValue(item) is { } value)
                {
                    yield return value;
                }
            }
        }
    }
}
