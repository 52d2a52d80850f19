using System.Diagnostics;
using System.Text.Json;

namespace OrleansTasks.Handlers;

/// <summary>
/// Distinguishes errors of the handler's own code that the serializer ran, such as a lazy sequence or a property, from errors of the
/// serializer.
/// </summary>
internal static class ValueFaults
{
    /// <summary>
    /// Decides whether an exception that was thrown while a value was written comes from the handler's code. It does if it is not of a type
    /// with which the serializer and its converters reject a value, and if code that is not .NET's own lies between the throw and the
    /// serializer.
    /// </summary>
    public static bool IsHandlers(Exception e)
    {
        if (e is JsonException or NotSupportedException)
        {
            return false;
        }

        foreach (var frame in new StackTrace(e, fNeedFileInfo: false).GetFrames())
        {
            var assembly = frame.GetMethod()?.Module.Assembly;
            if (assembly == typeof(JsonSerializer).Assembly || assembly == typeof(ValueFaults).Assembly)
            {
                return false;
            }

            if (assembly is { IsDynamic: false } && assembly != typeof(object).Assembly
                && assembly.GetName().Name?.StartsWith("System.", StringComparison.Ordinal) == false)
            {
                return true;
            }
        }

        return false;
    }
}
