using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>
/// Marks a source-generated context whose JSON contracts the generated typed clients use, so that they need no reflection for the types
/// that it lists. The context is created with <see cref="TaskJson.CreateOptions"/>.
/// </summary>
/// <example><code>
/// [TaskJsonContext]
/// [JsonSerializable(typeof(Mail))]
/// internal sealed partial class MyJson : JsonSerializerContext;
/// </code></example>
/// <remarks>The class derives from <see cref="JsonSerializerContext"/>. An assembly may have several; the first one, by name, that lists a
/// type is used for it.</remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskJsonContextAttribute : Attribute;
